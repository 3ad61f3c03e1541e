package dev.sluice.delivery.channel;

import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps one session's record: from its first durable channel to its end. On the session's home. */
final class SessionStorage {
    /** How long an acknowledgement may wait to be stored: only a client that names no cursor needs it. */
    private static final long AT_LEAST = Duration.ofSeconds(10).toMillis();

    private final SessionRecords records;
    private final SessionId id;
    private final Supplier<@Nullable SessionRecord> record;
    private boolean stored;
    private boolean changed;
    private long savedAt;

    SessionStorage(SessionRecords records, SessionId id, Supplier<@Nullable SessionRecord> record) {
        this.records = records;
        this.id = id;
        this.record = record;
    }

    /** Stores the session as it is now; answered when it is. Any thread may be told. */
    Uni<Void> save() {
        SessionRecord now = record.get();
        if (now == null) {
            return Uni.createFrom().voidItem();
        }
        stored = true;
        changed = false;
        savedAt = now.savedAt().toEpochMilli();
        return records.save(now);
    }

    /** Whether the session is kept, or about to be. */
    boolean isStored() {
        return stored;
    }

    void changed() {
        changed = stored;
    }

    /** It was made from its record: that is written again, so that it counts as one of this run. */
    void restored() {
        stored = true;
        changed = true;
    }

    void tick(long now) {
        if (!changed || now - savedAt < AT_LEAST) {
            return;
        }
        changed = false;
        savedAt = now;
        SessionRecord present = record.get();
        if (present != null) {
            records.note(present);
        } else {
            ended();
        }
    }

    void ended() {
        if (stored) {
            stored = false;
            changed = false;
            records.delete(SessionEpoch.key(id));
        }
    }
}
