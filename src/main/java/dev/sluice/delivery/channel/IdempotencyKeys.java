package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What idempotency keys were used for, as far as that is remembered in memory. On the broker's home. */
final class IdempotencyKeys {
    private static final long LIFE = Duration.ofHours(24).toMillis();

    /** A key and whose it is. */
    record Id(String owner, String key) {
        static Id of(NewPublication.Idempotency idempotency) {
            return new Id(idempotency.owner(), idempotency.key());
        }
    }

    /** A use: under way without a place, or done. */
    static final class Use {
        final String digest;
        final ChannelName channel;
        final long at;

        @Nullable
        StreamPosition place;

        final List<Runnable> waiting = new ArrayList<>(0);

        Use(String digest, ChannelName channel, long at) {
            this.digest = digest;
            this.channel = channel;
            this.at = at;
        }

        boolean isFor(NewPublication what) {
            return what.idempotency() != null
                    && digest.equals(what.idempotency().digest())
                    && channel.equals(what.channel());
        }
    }

    private final int bound;
    private final Map<Id, Use> uses = new LinkedHashMap<>();

    IdempotencyKeys(int bound) {
        this.bound = bound;
    }

    @Nullable
    Use find(Id id, long now) {
        Use use = uses.get(id);
        if (use != null && use.place != null && now - use.at >= LIFE) {
            uses.remove(id);
            return null;
        }
        return use;
    }

    void began(Id id, Use use) {
        uses.put(id, use);
    }

    /** Those who wait for it are told, as they are where it is given up. */
    void done(Id id, StreamPosition place, long now) {
        Use use = uses.get(id);
        if (use != null) {
            use.place = place;
            uses.remove(id);
            uses.put(id, use);
            use.waiting.forEach(Runnable::run);
            use.waiting.clear();
            forgetBeyondBound(now);
        }
    }

    void givenUp(Id id) {
        Use use = uses.remove(id);
        if (use != null) {
            use.waiting.forEach(Runnable::run);
        }
    }

    /** The oldest go first; one under way is never among them for long. */
    private void forgetBeyondBound(long now) {
        var oldest = uses.values().iterator();
        while (oldest.hasNext()) {
            Use use = oldest.next();
            boolean old = use.place != null && now - use.at >= LIFE;
            if (uses.size() <= bound && !old) {
                return;
            }
            if (use.place == null) {
                return;
            }
            oldest.remove();
        }
    }
}
