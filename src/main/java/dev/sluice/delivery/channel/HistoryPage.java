package dev.sluice.delivery.channel;

import java.util.List;

/**
 * A run of a channel's history, without holes.
 *
 * @param head the channel as it was when this was read
 * @param floor the lowest offset that is still held; {@code head.offset + 1} where nothing is
 * @param after the offset that the page follows: what was asked for, or what a mark came to; {@link #UNKNOWN} where the
 *     mark is older than what is held
 * @param publications in order of their offsets, from {@code after + 1} on; empty where that is {@link #lost()}
 */
public record HistoryPage(StreamPosition head, long floor, long after, List<Publication> publications) {
    static final long UNKNOWN = -1;

    /** Whether publications after the asked place are no longer held. */
    public boolean lost() {
        return floor > after + 1;
    }
}
