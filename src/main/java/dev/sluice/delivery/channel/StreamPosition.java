package dev.sluice.delivery.channel;

/**
 * A place in one channel: after its {@code offset}-th publication in that life of its history. 0 is before the first.
 *
 * @param epoch random per life of the history; positions of different epochs cannot be compared
 */
public record StreamPosition(String epoch, long offset) {}
