package dev.sluice.rollout.control;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of clients for a while, at most so many of them: names that anybody can make up must not fill the
 * heap. When full, the expired go first and then some that happen to come first; forgetting costs a client one more
 * round, never its place. Any thread.
 */
final class BoundedMemory<V> {
    /** So that the walk over all entries, which making room takes, is paid by many additions. */
    private static final int SHARE_TO_DROP = 16;

    private final ConcurrentHashMap<String, Entry<V>> entries = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final int limit;

    /** One thread makes room, the others go on: being over the limit by a few does no harm. */
    private final ReentrantLock makingRoom = new ReentrantLock();

    BoundedMemory(InstantSource clock, int limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** What is remembered, null where nothing is or no longer. */
    @Nullable
    V get(String key) {
        // Nearly always nothing is, and to hash a name that is in no cache costs more than to see that.
        Entry<V> entry = entries.isEmpty() ? null : entries.get(key);
        return entry == null || entry.expired(clock.millis()) ? null : entry.value;
    }

    /** Replaces what is remembered in one step, and remembers the result for {@code lifetime}. */
    V update(String key, Function<@Nullable V, V> change, Lifetime<V> lifetime) {
        makeRoom();
        long now = clock.millis();
        return entries.compute(key, (k, old) -> {
                    V value = change.apply(old == null || old.expired(now) ? null : old.value);
                    return new Entry<>(value, now + lifetime.of(value).toMillis());
                })
                .value;
    }

    void forget(String key) {
        if (!entries.isEmpty()) {
            entries.remove(key);
        }
    }

    int size() {
        return entries.size();
    }

    private void makeRoom() {
        if (entries.mappingCount() < limit || !makingRoom.tryLock()) {
            return;
        }
        try {
            long now = clock.millis();
            entries.values().removeIf(entry -> entry.expired(now));
            Iterator<String> any = entries.keySet().iterator();
            for (int surplus = entries.size() - limit + Math.max(1, limit / SHARE_TO_DROP);
                    surplus > 0 && any.hasNext();
                    surplus--) {
                any.next();
                any.remove();
            }
        } finally {
            makingRoom.unlock();
        }
    }

    private record Entry<V>(V value, long until) {
        boolean expired(long now) {
            return now >= until;
        }
    }

    /** How long a value is worth remembering. */
    interface Lifetime<V> {
        Duration of(V value);
    }
}
