package dev.sluice.observe;

import dev.sluice.upstream.UpstreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the application behind the gateway is asked and told. Any thread. */
public final class UpstreamMetrics implements UpstreamObserver {
    private final Counter asked;
    private final Counter unanswered;
    private final Counter told;
    private final Counter retried;
    private final Counter gaveUp;
    private final Counter dropped;

    public UpstreamMetrics(MeterRegistry registry) {
        asked = requests(registry, "answered");
        unanswered = requests(registry, "unanswered");
        told = events(registry, "told");
        retried = events(registry, "retried");
        gaveUp = events(registry, "failed");
        dropped = events(registry, "dropped");
    }

    private static Counter requests(MeterRegistry registry, String outcome) {
        return Counter.builder(MetricNames.UPSTREAM_REQUESTS)
                .description("Questions to the application that somebody waited for")
                .tag(MetricNames.OUTCOME, outcome)
                .register(registry);
    }

    private static Counter events(MeterRegistry registry, String outcome) {
        return Counter.builder(MetricNames.OUTBOX_EVENTS)
                .description("Events for the application by what became of them, and tries that failed")
                .tag(MetricNames.OUTCOME, outcome)
                .register(registry);
    }

    @Override
    public void asked() {
        asked.increment();
    }

    @Override
    public void unanswered() {
        unanswered.increment();
    }

    @Override
    public void told() {
        told.increment();
    }

    @Override
    public void retried() {
        retried.increment();
    }

    @Override
    public void gaveUp() {
        gaveUp.increment();
    }

    @Override
    public void dropped() {
        dropped.increment();
    }
}
