package dev.sluice.delivery.upstream;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;

/**
 * What the application has yet to hear, where it survives a restart. Fails with {@code store-unavailable}; may answer
 * on any thread. One reader and one writer.
 */
public interface OutboxStore {

    /** Keeps events behind those that wait already, in one transaction. */
    Uni<Void> append(List<NewEntry> entries);

    /** The oldest event of each client, where it may be tried by now, oldest first. */
    Uni<List<Entry>> due(Instant now, int limit);

    /** These need not be tried again: they arrived, or were given up. */
    Uni<Void> remove(List<Long> ids);

    /** Not before that time. */
    Uni<Void> postpone(long id, int attempts, Instant next);

    /** How many wait. */
    Uni<Long> count();

    /**
     * An event that is to be told.
     *
     * @param client whose events stay in order
     * @param event a CloudEvent in structured mode
     */
    record NewEntry(String client, String event, Instant createdAt) {}

    /** The same where it waits. */
    record Entry(long id, String client, String event, int attempts, Instant createdAt) {}
}
