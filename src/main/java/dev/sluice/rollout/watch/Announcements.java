package dev.sluice.rollout.watch;

import dev.sluice.rollout.guard.Ground;
import dev.sluice.rollout.watch.GuardListener.CeilingChange;
import dev.sluice.rollout.watch.GuardListener.VerdictChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Tells everybody, and the log. */
final class Announcements {
    private static final Logger LOG = Logger.getLogger(Announcements.class);

    private final List<GuardListener> listeners = new CopyOnWriteArrayList<>();

    void add(GuardListener listener) {
        listeners.add(listener);
    }

    void verdict(VerdictChange change) {
        LOG.infof(
                "the guard's verdict is %s [before: %s, reasons: %s, ceiling: %s %%, phase: %s]",
                change.now().verdict().wire(),
                change.before().verdict().wire(),
                change.now().reasons(),
                change.plan().ceiling(),
                change.plan().phase().wire());
        if (change.now().is(Ground.COMMON_CAUSE)) {
            LOG.warnf(
                    "polling is as sick as WebSocket, so nothing is rolled back; look at what both depend on [reasons: %s]",
                    change.now().reasons());
        }
        each(listener -> listener.verdictChanged(change));
    }

    void ceiling(CeilingChange change) {
        LOG.infof(
                "the ceiling is %s %% [before: %s %%, by: %s, why: %s, phase: %s, revision: %d]",
                change.to(),
                change.from(),
                change.who(),
                change.why(),
                change.plan().phase().wire(),
                change.revision());
        each(listener -> listener.ceilingChanged(change));
    }

    private void each(Consumer<GuardListener> call) {
        for (GuardListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.errorf(e, "a listener failed on what the guard announced");
            }
        }
    }
}
