package dev.sluice.delivery.channel;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one session's record, from its first durable channel, or from when its protocol wants it {@linkplain #keep
 * kept}, to its end: what is needed to make the session again, its subscriptions and what is acknowledged, and nothing
 * that is replayed. On the session's home.
 */
final class SessionStorage {
    /** How long an acknowledgement may wait to be stored: only a client that names no cursor needs it. */
    private static final long AT_LEAST = Duration.ofSeconds(10).toMillis();

    private final SessionRecords records;
    private final ChannelSession session;
    private boolean stored;
    private boolean kept;
    private boolean changed;
    private long savedAt;

    // ---- while nothing is sent
    /** Counts what has to be stored first. */
    private int owed;
    /** When that began; 0 where nothing has to be. */
    private long owedSince;

    private boolean paying;

    SessionStorage(SessionRecords records, ChannelSession session) {
        this.records = records;
        this.session = session;
    }

    /** Stores the session as it is now; answered when it is. Any thread may be told. */
    Uni<Void> save() {
        SessionRecord now = record();
        if (now == null) {
            return Uni.createFrom().voidItem();
        }
        stored = true;
        changed = false;
        savedAt = now.savedAt().toEpochMilli();
        return records.save(now);
    }

    /** It survives a restart with volatile channels as well, or with none; stored some time soon. */
    void keep() {
        kept = true;
        saveSoon();
    }

    /** Stores the session as it is now, without a word when it is; what fails is tried again. */
    private void saveSoon() {
        save().subscribe().with(saved -> {}, failure -> session.execute(this::changed));
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

    /**
     * Nothing more is sent until the session is stored as it is now: what is sent next stands, for a client that comes
     * back after a kill, for words that the record does not tell of so far. Tried again with each tick; a connection that
     * waits for too long is given up, as where histories are out of reach. Does nothing where a kill loses the session.
     */
    void saveBeforeSending() {
        if (!stored) {
            return;
        }
        session.mailbox.withhold();
        owed++;
        owedSince = owedSince == 0 ? session.now() : owedSince;
        pay();
    }

    private void pay() {
        int covered = owed;
        paying = true;
        save().subscribe().with(saved -> session.home().later(() -> paid(covered)), failure -> session.home()
                .later(() -> paying = false));
    }

    private void paid(int covered) {
        if (covered == owed) {
            paying = false;
            owedSince = 0;
            session.mailbox.handOut();
            session.wake();
        }
    }

    private void payAgain(long now) {
        if (owedSince == 0) {
            return;
        }
        if (now - owedSince >= session.limits.retry().toMillis()) {
            owedSince = now;
            session.outOfReach();
        }
        if (!paying) {
            pay();
        }
    }

    void tick(long now) {
        payAgain(now);
        if (!changed || now - savedAt < AT_LEAST) {
            return;
        }
        changed = false;
        savedAt = now;
        SessionRecord present = record();
        if (present != null) {
            records.note(present);
        }
    }

    void ended() {
        if (stored) {
            stored = false;
            changed = false;
            records.delete(SessionEpoch.key(session.id()));
        }
    }

    /** Null where nothing of it is worth keeping; what was kept once is, or a kill would bring back what was left. */
    private @Nullable SessionRecord record() {
        List<SessionRecord.Stored> subscriptions = new ArrayList<>();
        boolean worth = kept || stored;
        for (Subscription each : session.subscriptions) {
            if (each.begun || each.storing || each.stored) {
                subscriptions.add(new SessionRecord.Stored(each.number, each.channel, each.began, each.presence));
                worth |= each.policy.durable();
            }
        }
        if (!worth) {
            return null;
        }
        return new SessionRecord(
                SessionEpoch.key(session.id()),
                session.client(),
                SessionEpoch.lasting(session.epoch()),
                session.mailbox.acknowledgedCursor(session.epoch()).text(),
                session.unrepeatable.text(
                        session.mailbox.zones().acknowledged(), session.subscriptions.hasLossToTell()),
                session.subscriptions.nextNumber(),
                subscriptions,
                Instant.ofEpochMilli(session.now()));
    }
}
