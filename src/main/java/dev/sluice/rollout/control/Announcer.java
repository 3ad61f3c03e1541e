package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.RolloutState;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/**
 * Tells listeners of changes in the order in which they were made, one at a time and outside the control's lock, so
 * that a listener may ask or change the control itself.
 */
final class Announcer {
    private static final Logger LOG = Logger.getLogger(Announcer.class);

    private final List<BiConsumer<RolloutState, RolloutState>> listeners = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<AuditEntry, RolloutState>> readers = new CopyOnWriteArrayList<>();
    private final Queue<News> news = new ConcurrentLinkedQueue<>();
    private final AtomicInteger untold = new AtomicInteger();

    void add(BiConsumer<RolloutState, RolloutState> listener) {
        listeners.add(listener);
    }

    void addReader(BiConsumer<AuditEntry, RolloutState> reader) {
        readers.add(reader);
    }

    /** Puts a change in its place; call it under the lock that orders changes. */
    void note(RolloutState old, RolloutState now, List<AuditEntry> rows) {
        news.add(new News(old, now, rows));
    }

    /** Tells what was noted, unless another thread is at it, which then tells this too. */
    void tell() {
        if (untold.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (News next = news.poll(); next != null; next = news.poll()) {
                tell(next);
            }
            seen = untold.addAndGet(-seen);
        } while (seen != 0);
    }

    private void tell(News next) {
        for (BiConsumer<RolloutState, RolloutState> listener : listeners) {
            tell(next, () -> listener.accept(next.old, next.now));
        }
        for (BiConsumer<AuditEntry, RolloutState> reader : readers) {
            next.rows.forEach(row -> tell(next, () -> reader.accept(row, next.now)));
        }
    }

    /** One listener's fault must not keep a rollback from the others. */
    private static void tell(News news, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.errorf(e, "a listener failed on a rollout change [revision: %d]", news.now.revision());
        }
    }

    private record News(RolloutState old, RolloutState now, List<AuditEntry> rows) {}
}
