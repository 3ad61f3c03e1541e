package dev.sluice.delivery.channel;

import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The store's twin in memory. */
public final class MemorySessionStore implements SessionStore {
    private final Map<String, SessionRecord> rows = new HashMap<>();
    private @Nullable Throwable failure;

    public void away(boolean now) {
        fails(now ? SluiceException.storeUnavailable(null) : null);
    }

    /** From now on everything fails like that; with null nothing does. */
    public void fails(@Nullable Throwable how) {
        failure = how;
    }

    public Map<String, SessionRecord> rows() {
        return rows;
    }

    private <T> Uni<T> answer(java.util.function.Supplier<T> what) {
        return Uni.createFrom()
                .deferred(() -> failure != null
                        ? Uni.createFrom().failure(failure)
                        : Uni.createFrom().item(what.get()));
    }

    @Override
    public Uni<Void> save(List<SessionRecord> records) {
        return answer(() -> {
            records.forEach(each -> rows.put(each.key(), each));
            return null;
        });
    }

    @Override
    public Uni<SessionRecord> load(String key) {
        return answer(() -> rows.get(key));
    }

    @Override
    public Uni<Void> delete(List<String> keys) {
        return answer(() -> {
            keys.forEach(rows::remove);
            return null;
        });
    }

    @Override
    public Uni<Void> deleteSavedBefore(Instant instant) {
        return answer(() -> {
            rows.values().removeIf(each -> each.savedAt().isBefore(instant));
            return null;
        });
    }
}
