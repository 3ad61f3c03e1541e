package dev.sluice.rollout.evidence;

import java.security.SecureRandom;

/**
 * Names clients by 64 bits, so that nothing of theirs is kept. The hash is keyed with a secret of this process:
 * otherwise a client could choose a name that falls on another's place. Any thread; allocates nothing.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash</a>, here with 1 and 3 rounds over UTF-16 units
 */
public final class ClientMarks {
    private static final int FINAL_ROUNDS = 3;

    private final long k0;
    private final long k1;

    public ClientMarks(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** With a key that nobody knows. */
    public static ClientMarks secret() {
        SecureRandom random = new SecureRandom();
        return new ClientMarks(random.nextLong(), random.nextLong());
    }

    /**
     * A client's mark, never 0.
     *
     * @param vouchedBy who says that it is this client: the same key vouched for by another is another client
     */
    public long of(String vouchedBy, String key) {
        long mark = hash(vouchedBy, key);
        return mark == 0 ? 1 : mark;
    }

    private long hash(String a, String b) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int split = a.length();
        int length = split + 1 + b.length();
        int blocks = (length >>> 2) + 1;
        int at = 0;
        for (int round = 0; round < blocks + FINAL_ROUNDS; round++) {
            long word = 0;
            if (round < blocks) {
                for (int shift = 0; shift < Long.SIZE && at < length; shift += Character.SIZE, at++) {
                    long unit = at < split ? a.charAt(at) : at == split ? 0 : b.charAt(at - split - 1);
                    word |= unit << shift;
                }
                if (round == blocks - 1) {
                    word |= (long) length << 56;
                }
            } else if (round == blocks) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
