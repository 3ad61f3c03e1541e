package dev.sluice.delivery.channel;

import java.time.Duration;
import java.util.Locale;

/**
 * What holds for the channels of one pattern.
 *
 * @param size most publications in the history; 0 keeps none
 * @param bytes most bytes in it
 * @param age how long a publication stays in it
 * @param durable whether it survives the gateway
 * @param overflow what becomes of a subscriber that is too slow
 */
public record ChannelPolicy(int size, long bytes, Duration age, boolean durable, Overflow overflow) {

    /** 100 publications, 1 MiB, 10 minutes, in memory. */
    public static final ChannelPolicy DEFAULT =
            new ChannelPolicy(100, 1 << 20, Duration.ofMinutes(10), false, Overflow.CLOSE);

    /** What becomes of a subscriber whose unsent zone is full. */
    public enum Overflow {
        /** Its connection is closed with 4510; the session lives, and goes on from the history. */
        CLOSE,
        /** The oldest unsent events of the channel go, and a gap marker stands in their place. */
        DROP_OLDEST,
        /** An unsent event with the same key is replaced. */
        CONFLATE;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public String wire() {
            return wire;
        }
    }
}
