package dev.sluice.delivery.channel;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions with durable channels survive a restart. Fails with {@code store-unavailable}; may answer on any
 * thread. One writer: a save or a delete is never under way beside another one.
 */
public interface SessionStore {

    /** Inserts or replaces them, in one transaction. */
    Uni<Void> save(List<SessionRecord> records);

    /** The record with that key, null where there is none. */
    Uni<@Nullable SessionRecord> load(String key);

    Uni<Void> delete(List<String> keys);

    /** Removes what was last saved before that. */
    Uni<Void> deleteSavedBefore(Instant instant);
}
