package dev.sluice.observe;

import dev.sluice.webhook.WebhookObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what becomes of notifications. Any thread. */
public final class WebhookMetrics implements WebhookObserver {
    private final Counter delivered;
    private final Counter retried;
    private final Counter failed;
    private final Counter dropped;

    public WebhookMetrics(MeterRegistry registry) {
        delivered = counter(registry, "delivered");
        retried = counter(registry, "retried");
        failed = counter(registry, "failed");
        dropped = counter(registry, "dropped");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder(MetricNames.NOTIFICATIONS)
                .description("Notifications by what became of them, and tries that failed")
                .tag(MetricNames.OUTCOME, outcome)
                .register(registry);
    }

    @Override
    public void delivered() {
        delivered.increment();
    }

    @Override
    public void retried() {
        retried.increment();
    }

    @Override
    public void failed() {
        failed.increment();
    }

    @Override
    public void dropped() {
        dropped.increment();
    }
}
