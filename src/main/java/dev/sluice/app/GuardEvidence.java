package dev.sluice.app;

import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.guard.EvidenceSource;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The evidence as the guard takes it. A window is closed on the worker that looks. A restart may be asked for on an event
 * loop, once the store has answered, and waits for no look that is under way: a worker does it, and at the latest the next
 * window, before it is closed.
 */
final class GuardEvidence implements EvidenceSource {
    private final Evidence evidence;
    private final Vertx vertx;
    private final AtomicBoolean due = new AtomicBoolean();

    GuardEvidence(Evidence evidence, Vertx vertx) {
        this.evidence = evidence;
        this.vertx = vertx;
    }

    @Override
    public EvidenceWindow close(long nowMillis) {
        restartIfDue();
        return evidence.close(nowMillis);
    }

    @Override
    public void restart() {
        due.set(true);
        vertx.executeBlocking(
                () -> {
                    restartIfDue();
                    return null;
                },
                false);
    }

    private void restartIfDue() {
        if (due.getAndSet(false)) {
            evidence.restart();
        }
    }
}
