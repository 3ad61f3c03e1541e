package dev.sluice.delivery.command;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where commands survive. Fails with {@code store-unavailable} when the database cannot be reached, in which case a
 * write may or may not have happened; may answer on any thread.
 */
public interface CommandStore {

    /**
     * Accepts a command in one transaction: takes the cluster's next number and keeps the row. Durable when the item
     * comes; numbers are dense and in order of commit.
     *
     * @return the command, and whether an earlier request with the same idempotency key had made it
     * @throws dev.sluice.core.SluiceException (as failure) {@code cluster-not-found}, {@code idempotency-conflict}
     */
    Uni<Accepted> accept(NewCommand command);

    /** Every command of the cluster that is not closed and not past its expiry at {@code now}, by number. */
    Uni<List<Command>> loadOpen(UUID clusterId, Instant now);

    /** The highest number that a command of the cluster has, closed ones included; 0 where it has none. */
    Uni<Long> lastNumber(UUID clusterId);

    /** Writes what became of many commands, each at most once in the list. A closed command stays as it is. */
    Uni<Void> apply(List<CommandChange> changes);

    /** One command of that cluster, or null. */
    Uni<@Nullable Command> find(UUID clusterId, UUID commandId);

    /** Commands of a cluster by number, those after {@code after}, of one status or (null) of any. */
    Uni<List<Command>> list(UUID clusterId, @Nullable CommandStatus status, long after, int limit);

    /** Closes as expired everything open that is past its expiry. Answers how many. */
    Uni<Integer> expire(Instant now);

    /** Forgets idempotency keys made before that. Answers how many. */
    Uni<Integer> forgetKeys(Instant before);

    /** @param repeated the key was seen before with the same body; nothing new was made */
    record Accepted(Command command, boolean repeated) {}
}
