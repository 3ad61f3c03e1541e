package dev.sluice.delivery.command;

import java.time.Duration;

/**
 * Bounds of the commands of one cluster.
 *
 * @param lease how long a delivered command may stay unacknowledged on a connection that stays, before it is sent again
 * @param maxOpen most commands that are not closed; more are refused with {@code queue-full}
 * @param maxOpenBytes the same in bytes
 */
public record CommandLimits(Duration lease, int maxOpen, long maxOpenBytes) {
    public static final CommandLimits DEFAULT = new CommandLimits(Duration.ofSeconds(30), 10_000, 32L << 20);
}
