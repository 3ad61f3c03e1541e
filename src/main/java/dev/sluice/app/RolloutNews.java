package dev.sluice.app;

import dev.sluice.edge.ofrep.EventStreams;
import dev.sluice.notify.RolloutNotifier;
import dev.sluice.rollout.control.RolloutControl;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** Hangs whoever is told of changes on the rollout, once it is in force, and lets them go on the way down. */
@Singleton
final class RolloutNews {
    private final RolloutControl control;
    private final EventStreams streams;
    private final RolloutNotifier notifier;

    RolloutNews(RolloutControl control, EventStreams streams, RolloutNotifier notifier) {
        this.control = control;
        this.streams = streams;
        this.notifier = notifier;
    }

    /** After the start, which puts the rollout in force. */
    void start(@Observes @Priority(Interceptor.Priority.APPLICATION + 1_000) StartupEvent event) {
        streams.begin(control.state().revision());
        control.onChange((before, now) -> {
            streams.changed(now.revision());
            if (!before.ceiling().equals(now.ceiling())) {
                notifier.ceilingChanged(before.ceiling(), now.ceiling(), null, null, null);
            }
        });
    }

    /** While the listener is still open, so that streams end instead of breaking. */
    void beforeListenersClose(@Observes ShutdownDelayInitiatedEvent event) {
        streams.shutDown();
    }

    /** A reload in dev mode skips the event before. */
    void atLast(@Observes ShutdownEvent event) {
        streams.shutDown();
    }
}
