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
    private final Queue<News> news = new ConcurrentLinkedQueue<>();
    private final AtomicInteger untold = new AtomicInteger();

    void add(BiConsumer<RolloutState, RolloutState> listener) {
        listeners.add(listener);
    }

    /** Puts a change in its place; call it under the lock that orders changes. */
    void note(RolloutState old, RolloutState now) {
        news.add(new News(old, now));
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
            try {
                listener.accept(next.old, next.now);
            } catch (RuntimeException e) {
                // One listener's fault must not keep a rollback from the others.
                LOG.errorf(e, "a listener failed on a rollout change [revision: %d]", next.now.revision());
            }
        }
    }

    private record News(RolloutState old, RolloutState now) {}
}
