package dev.sluice.observe;

import dev.sluice.core.TransportKind;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.DrainProgress;
import dev.sluice.rollout.drain.Share;
import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.evidence.EvidenceLimits;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.PlanState;
import dev.sluice.rollout.watch.GuardView;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Every meter of the gateway on one registry, as the wiring hangs them. */
final class Meters {
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final LimitMetrics limits = new LimitMetrics(registry);
    final ConnectionMetrics connections = new ConnectionMetrics(registry, limits, List.of("agent"));
    final SessionMetrics sessions = new SessionMetrics(registry, limits, "agent");
    final CommandMetrics commands = new CommandMetrics(registry);
    final HttpProblemMetrics problems = new HttpProblemMetrics(registry, limits);
    final EvidenceMetrics evidence = new EvidenceMetrics(registry, List.of("agent"));
    final TelemetryMetrics telemetry = new TelemetryMetrics(registry);
    final WebhookMetrics webhooks = new WebhookMetrics(registry);
    final ChannelMetrics channels = new ChannelMetrics(registry);
    final UpstreamMetrics upstream = new UpstreamMetrics(registry);
    final RolloutMetrics rollout;
    final DrainMetrics drain = new DrainMetrics(registry, List.of("agent"));
    DrainProgress progress = DrainProgress.NONE;
    Share share = new Share(10, 5, 5, 4, 1, Instant.EPOCH);
    RolloutState state = new RolloutState(
            new Flags(true, true, new Percentage(3_750)),
            new Percentage(2_500),
            Percentage.ZERO,
            "salt",
            Bucketing.values()[0],
            Overrides.of(List.of()),
            1);
    String verdict = "hold";
    GuardView guard = new GuardView(
            Finding.NONE,
            new PlanState(Phase.BAKING, 1, new Percentage(2_500), 1_000, Instant.EPOCH, List.of()),
            new PlanSettings(
                    List.of(new Percentage(1_000), new Percentage(2_500)),
                    Duration.ofHours(1),
                    PlanSettings.OnRollback.ZERO,
                    null),
            Duration.ofMinutes(10),
            null,
            null,
            new GuardSettings(0.01, 0.05, 2, 5, 0.95, 0.9, 100, 500, 0.05, null, 1.5));

    Meters() {
        evidence.watch(new Evidence(
                new EvidenceLimits(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 1),
                () -> 0,
                evidence,
                0));
        rollout = new RolloutMetrics(registry, () -> state, () -> verdict);
        new GuardMetrics(registry, () -> guard);
        drain.show(() -> progress, () -> share);
        new Gauges(registry)
                .connections(TransportKind.WEBSOCKET, "agent", () -> 3)
                .connections(TransportKind.POLLING, "agent", () -> 4)
                .sessions("agent", () -> 5)
                .parkedPolls(() -> 6)
                .ofrepStreams(() -> 2)
                .notificationsWaiting(() -> 1)
                .outboxWaiting(() -> 1)
                .loadedClusters(() -> 7)
                .unwrittenCommands(() -> 8)
                .refusedWrites(() -> 9L)
                .heldBytes(() -> 1_024L)
                .pipelines(() -> 3, () -> 1)
                .store(() -> true);
    }

    /** The value of one series, written as Prometheus shows it with its labels in alphabetical order. */
    double value(String series) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }
}
