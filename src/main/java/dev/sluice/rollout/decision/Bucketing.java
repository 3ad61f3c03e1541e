package dev.sluice.rollout.decision;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * From a client key to its place in the rollout. Every algorithm is public and has published vectors, so that a client
 * falls in the cohort that the owner's own flag system would give it. The same salt and key give the same bucket on
 * every node and after every restart; raising the percentage moves nobody out, lowering it moves nobody in; 0 is
 * nobody and 100 is everybody. Pure; any thread.
 *
 * <p>Keys are hashed as UTF-8. Vectors and sources stand in {@code docs/rollout-decision.md}.
 */
public enum Bucketing {
    /**
     * flagd's fractional evaluation, version 2: murmur3 (x86, 32 bit, seed 0) of {@code salt:key}, scaled to 10,000
     * without a modulo. Buckets 0 to 9,999; exact to a hundredth of a percent.
     */
    FLAGD {
        @Override
        public int bucket(String salt, String clientKey) {
            return scaled(murmur(salt + ":" + clientKey));
        }
    },
    /**
     * Unleash's {@code flexibleRollout}, the salt being its {@code groupId}: buckets 100, 200 … 10,000, since Unleash
     * knows whole percents only.
     */
    UNLEASH {
        @Override
        public int bucket(String salt, String clientKey) {
            return (int) (murmur(salt + ":" + clientKey) % 100 + 1) * 100;
        }

        @Override
        public boolean inRollout(int bucket, Percentage percentage) {
            return bucket <= percentage.hundredths();
        }
    },
    /**
     * GrowthBook's hash version 2, the salt being the rule's seed. Buckets 0 to 9,999; a rule's coverage includes its
     * upper end, as in GrowthBook's SDKs.
     */
    GROWTHBOOK {
        @Override
        public int bucket(String salt, String clientKey) {
            return (int) (fnv1a(Long.toString(fnv1a(salt + clientKey))) % WEIGHT);
        }

        @Override
        public boolean inRollout(int bucket, Percentage percentage) {
            return percentage.hundredths() > 0 && bucket <= percentage.hundredths();
        }
    },
    /** LaunchDarkly's percentage rollout, the salt being {@code flag key + "." + flag salt}. Buckets 0 to 9,999. */
    LAUNCHDARKLY {
        @Override
        public int bucket(String salt, String clientKey) {
            // The greatest hash is exactly 1 and would fall out of 100 %.
            return Math.min((int) (fraction(salt, clientKey) * WEIGHT), WEIGHT - 1);
        }
    };

    private static final int WEIGHT = Percentage.FULL.hundredths();

    private static final double LONGEST_FIFTEEN_HEX_DIGITS = 0xFFF_FFFF_FFFF_FFFFL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The client's place, in hundredths of a percent; compare it with {@link #inRollout} only. */
    public abstract int bucket(String salt, String clientKey);

    /** Whether that place lies within the percentage. */
    public boolean inRollout(int bucket, Percentage percentage) {
        return bucket < percentage.hundredths();
    }

    /** The word in {@code sluice.rollout.bucketing}. */
    public String wire() {
        return wire;
    }

    /**
     * Reads {@link #wire()}.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static Bucketing parse(String wire) {
        return Arrays.stream(values())
                .filter(it -> it.wire.equals(wire.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "one of " + Arrays.stream(values()).map(Bucketing::wire).collect(Collectors.joining(", "))));
    }

    /** From a 32-bit hash to 0 … 9,999, in order of the hash and without a modulo's bias. */
    static int scaled(long unsignedHash) {
        return (int) (unsignedHash * WEIGHT >>> 32);
    }

    /** Murmur3 x86 32-bit with seed 0, unsigned. The older {@code hash32} of commons-codec is wrong beyond ASCII. */
    static long murmur(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Integer.toUnsignedLong(MurmurHash3.hash32x86(bytes, 0, bytes.length, 0));
    }

    /** FNV-1a, 32 bit, unsigned. */
    static long fnv1a(String text) {
        int hash = 0x811c9dc5;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        return Integer.toUnsignedLong(hash);
    }

    /** LaunchDarkly's number from 0 to 1: the first 15 hex digits, that is 60 bits, of a SHA-1. */
    static double fraction(String salt, String clientKey) {
        byte[] digest = DigestUtils.sha1(salt + "." + clientKey);
        long sixtyBits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            sixtyBits = sixtyBits << 8 | digest[i] & 0xff;
        }
        return (sixtyBits >>> 4) / LONGEST_FIFTEEN_HEX_DIGITS;
    }
}
