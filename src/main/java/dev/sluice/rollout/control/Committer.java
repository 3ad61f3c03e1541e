package dev.sluice.rollout.control;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.control.Change.Step;
import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings changes into force in one of two orders: saved first ({@link #onceSaved}, for operators), or in force first
 * ({@link #atOnce}, for the flag file and a rollback), the rows being saved when the store can be reached.
 */
final class Committer {
    /** A store that does not answer must not hold up the operator behind it for long. */
    private static final Duration SAVE_TIMEOUT = Duration.ofSeconds(10);

    /** No revision is below 0, so the next flush saves whatever holds by then. */
    private static final long UNKNOWN = -1;

    private final RolloutStore store;
    private final InstantSource clock;
    private final Announcer announcer;
    private final Turnstile turnstile = new Turnstile();

    /**
     * Orders the changes that come from different threads: flag file, store, guard. A lock, since a change is more
     * than one field (snapshot, unsaved rows, news); never held over I/O or listeners, and never taken to read.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private final UnsavedRows unsaved = new UnsavedRows();
    private long savedRevision = UNKNOWN;
    private volatile @Nullable Held held;

    Committer(RolloutStore store, InstantSource clock, Announcer announcer) {
        this.store = store;
        this.clock = clock;
        this.announcer = announcer;
    }

    /** Puts in force what was saved. */
    void begin(Held first) {
        locked(() -> savedRevision = first.state().revision());
        held = first;
    }

    Held held() {
        Held now = held;
        if (now == null) {
            throw new IllegalStateException("the rollout was asked before it was started");
        }
        return now;
    }

    /** Saves what the change gives, with its rows, and then brings it into force; one after another. */
    Uni<RolloutState> onceSaved(@Nullable Long ifRevision, Supplier<Change> change) {
        return turnstile.pass(() -> {
            Held before = held();
            checkRevision(ifRevision, before);
            Change wanted = change.get();
            Step step = wanted.apply(before);
            if (step.held().state() == before.state()) {
                return Uni.createFrom().item(before.state());
            }
            return save(step.held(), step.rows()).map(saved -> locked(() -> commit(wanted, step)));
        });
    }

    /** Brings the change into force before this returns, and keeps its rows for the next save. */
    RolloutState atOnce(@Nullable Long ifRevision, Change change) {
        return locked(() -> {
            Held before = held();
            checkRevision(ifRevision, before);
            Step step = change.apply(before);
            if (step.held().state() != before.state()) {
                unsaved.add(step.rows());
            }
            return take(step.held());
        });
    }

    /** Replaces what is held without a row, such as the note on a rejected file. */
    void note(Function<Held, Held> change) {
        locked(() -> take(change.apply(held())));
    }

    /** Has the next flush save what is held, whatever was saved before. */
    void unsaved() {
        locked(() -> savedRevision = UNKNOWN);
    }

    /** Saves what took effect before it could be saved, if anything. */
    Uni<Void> flush() {
        return turnstile.pass(() -> {
            Held now = held();
            boolean saved = locked(() -> savedRevision == now.state().revision() && unsaved.isEmpty());
            return saved ? Uni.createFrom().voidItem() : save(now, List.of());
        });
    }

    private Uni<Void> save(Held now, List<AuditEntry> rows) {
        List<AuditEntry> earlier = locked(unsaved::all);
        List<AuditEntry> all = new ArrayList<>(earlier);
        all.addAll(rows);
        return store.save(now.saved(), all)
                .ifNoItem()
                .after(SAVE_TIMEOUT)
                .failWith(() -> SluiceException.storeUnavailable(null))
                // It may have been saved all the same; the next flush puts the store right.
                .onFailure()
                .invoke(() -> locked(() -> savedRevision = UNKNOWN))
                .invoke(() -> locked(() -> {
                    unsaved.written(earlier);
                    return savedRevision = now.state().revision();
                }));
    }

    /** Applies what was saved to what holds by now: a flag file or the guard may have been faster. */
    private RolloutState commit(Change change, Step saved) {
        try {
            return take(change.apply(held()).held());
        } catch (SluiceException overtaken) {
            savedRevision = UNKNOWN;
            unsaved.add(saved.rows().stream().map(this::takenBack).toList());
            throw overtaken;
        }
    }

    private AuditEntry takenBack(AuditEntry row) {
        String why = "overtaken before it took effect";
        return new AuditEntry(0, clock.instant(), row.who(), row.what(), row.to(), row.from(), why, null);
    }

    private RolloutState take(Held next) {
        RolloutState old = held().state();
        held = next;
        if (next.state() != old) {
            announcer.note(old, next.state());
        }
        return next.state();
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
            if (!lock.isHeldByCurrentThread()) {
                announcer.tell();
            }
        }
    }

    private static void checkRevision(@Nullable Long ifRevision, Held now) {
        if (ifRevision != null && ifRevision != now.state().revision()) {
            throw new SluiceException(
                    ProblemCode.STALE_REVISION,
                    "the revision is %d, not %d".formatted(now.state().revision(), ifRevision));
        }
    }
}
