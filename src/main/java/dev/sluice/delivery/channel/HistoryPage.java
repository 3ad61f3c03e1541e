package dev.sluice.delivery.channel;

import java.util.List;

/**
 * A run of a channel's history, without holes.
 *
 * @param head the channel as it was when this was read
 * @param floor the lowest offset that is still held; {@code head.offset + 1} where nothing is
 * @param publications in order of their offsets
 */
public record HistoryPage(StreamPosition head, long floor, List<Publication> publications) {}
