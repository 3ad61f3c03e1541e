package dev.sluice.app;

import dev.sluice.admin.DeliberationText;
import dev.sluice.edge.ofrep.EventStreams;
import dev.sluice.notify.RolloutNotifier;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.watch.GuardListener;
import dev.sluice.rollout.watch.Watch;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.jspecify.annotations.Nullable;

/** Hangs whoever is told of changes on the rollout, once it is in force, and lets them go on the way down. */
@Singleton
final class RolloutNews {
    private final RolloutControl control;
    private final EventStreams streams;
    private final RolloutNotifier notifier;
    private final Watch watch;

    RolloutNews(RolloutControl control, EventStreams streams, RolloutNotifier notifier, Watch watch) {
        this.control = control;
        this.streams = streams;
        this.notifier = notifier;
        this.watch = watch;
    }

    /** After the start, which puts the rollout in force. */
    void start(@Observes @Priority(Interceptor.Priority.APPLICATION + 1_000) StartupEvent event) {
        streams.begin(control.state().revision());
        control.onChange((before, now) -> streams.changed(now.revision()));
        watch.listen(new GuardListener() {
            @Override
            public void verdictChanged(VerdictChange change) {
                Finding now = change.now();
                notifier.verdictChanged(
                        change.before().verdict().wire(), now.verdict().wire(), why(now), figures(now));
            }

            @Override
            public void ceilingChanged(CeilingChange change) {
                notifier.ceilingChanged(
                        change.from(), change.to(), change.who(), change.why(), figures(change.finding()));
            }
        });
    }

    private static @Nullable String why(Finding finding) {
        return finding.reasons().isEmpty() ? null : String.join(", ", finding.reasons());
    }

    private static @Nullable String figures(Finding finding) {
        return finding.figures().isEmpty() ? null : DeliberationText.write(finding);
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
