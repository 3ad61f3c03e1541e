package dev.sluice.delivery.command;

import dev.sluice.delivery.mailbox.MemoryBudget;
import java.time.Duration;

/**
 * Bounds of the commands of one cluster.
 *
 * @param lease how long a delivered command may stay unacknowledged on a connection that stays, before it is sent again
 * @param maxOpen most commands that are not closed; more are refused with {@code queue-full}
 * @param maxOpenBytes the same in bytes
 * @param budget what the commands of all clusters in memory share; more are refused with {@code queue-full}
 */
public record CommandLimits(Duration lease, int maxOpen, long maxOpenBytes, MemoryBudget budget) {
    public static final CommandLimits DEFAULT = new CommandLimits(Duration.ofSeconds(30), 10_000, 32L << 20);

    /** Bounds of one cluster alone. */
    public CommandLimits(Duration lease, int maxOpen, long maxOpenBytes) {
        this(lease, maxOpen, maxOpenBytes, MemoryBudget.unlimited());
    }
}
