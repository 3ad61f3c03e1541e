package dev.sluice.observe;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ClientReport;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.ObservedClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Counts what clients report of themselves; as true as they are. Any thread. */
public final class TelemetryMetrics implements ConnectionObserver {
    private static final Duration[] LATENCY_BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Counter[] reports = new Counter[ClientReport.Kind.values().length];
    private final Timer[] latency = new Timer[TransportKind.values().length];

    public TelemetryMetrics(MeterRegistry registry) {
        for (ClientReport.Kind kind : ClientReport.Kind.values()) {
            reports[kind.ordinal()] = Counter.builder(MetricNames.TELEMETRY_REPORTS)
                    .description("What clients reported of themselves")
                    .tag(MetricNames.EVENT, kind.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (TransportKind kind : TransportKind.values()) {
            latency[kind.ordinal()] = Timer.builder(MetricNames.TELEMETRY_LATENCY)
                    .description("Latencies that clients reported")
                    .serviceLevelObjectives(LATENCY_BUCKETS)
                    .tag(MetricNames.TRANSPORT, kind.wire())
                    .register(registry);
        }
    }

    @Override
    public void reported(ObservedClient client, ClientReport report) {
        reports[report.kind().ordinal()].increment();
        Long millis = report.millis();
        if (report.kind() == ClientReport.Kind.LATENCY && millis != null) {
            latency[report.transport().ordinal()].record(millis, TimeUnit.MILLISECONDS);
        }
    }
}
