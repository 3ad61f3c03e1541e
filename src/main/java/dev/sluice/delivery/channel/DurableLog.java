package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the history of durable channels survives. Fails with {@code store-unavailable} when the database cannot be
 * reached; may answer on any thread. One writer: the broker has one append under way at a time.
 */
public interface DurableLog {

    /** The highest broker position ever stored, 0 for a new database. */
    Uni<Long> lastPosition();

    /** A channel's life as stored, with the newest of what its history holds, oldest first; null where it never had one. */
    Uni<@Nullable Stored> load(ChannelName channel, int limit);

    /**
     * Stores publications, their channels' heads, and idempotency keys, in one transaction. After a failure the caller
     * cannot know whether it happened, and {@link #load}s again before it goes on.
     */
    Uni<Void> append(List<Publication> publications, List<Key> keys);

    /** What an idempotency key was used for, null where it was not (or more than 24 h ago). */
    Uni<@Nullable Key> find(String owner, String key);

    /** Removes publications beyond their channels' bounds, and keys older than {@code keysBefore}. */
    Uni<Void> trim(List<Bound> bounds, Instant keysBefore);

    /** Durable channels by name, after {@code after}. */
    Uni<List<Broker.Head>> channels(String after, int limit);

    /**
     * A channel as stored.
     *
     * @param headPosition the broker position of the publication at the head, also where it is no longer held
     */
    record Stored(StreamPosition head, long headPosition, List<Publication> publications) {}

    record Key(String owner, String key, String digest, ChannelName channel, StreamPosition place) {}

    /** What is below {@code floor} in that channel is not held any more. */
    record Bound(ChannelName channel, long floor) {}
}
