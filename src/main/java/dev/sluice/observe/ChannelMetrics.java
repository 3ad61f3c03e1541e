package dev.sluice.observe;

import dev.sluice.delivery.channel.ChannelObserver;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts what channels tell of themselves. Every meter exists from the start. Any thread. */
public final class ChannelMetrics implements ChannelObserver {
    private final Counter volatilePublications;
    private final Counter durablePublications;
    private final Counter refused;
    private final Timer commits;
    private final Counter recovered;
    private final Counter notRecovered;
    private final Counter fellBehind;
    private final Map<Overflow, Counter> overflows = new EnumMap<>(Overflow.class);
    private final Counter restored;
    private final Counter evicted;

    public ChannelMetrics(MeterRegistry registry) {
        volatilePublications = publications(registry, "volatile");
        durablePublications = publications(registry, "durable");
        refused = Counter.builder(MetricNames.CHANNEL_REFUSED)
                .description("Publications that were refused: too many waited, or they could not be stored")
                .register(registry);
        commits = Timer.builder(MetricNames.CHANNEL_COMMIT)
                .description("How long a batch of durable publications took to be stored")
                .register(registry);
        recovered = subscriptions(registry, "true");
        notRecovered = subscriptions(registry, "false");
        fellBehind = Counter.builder(MetricNames.CHANNEL_FELL_BEHIND)
                .description("Live subscriptions that had to be filled from the history again")
                .register(registry);
        for (Overflow policy : Overflow.values()) {
            overflows.put(
                    policy,
                    Counter.builder(MetricNames.CHANNEL_OVERFLOWS)
                            .description("Full unsent zones, by what was done about them")
                            .tag(MetricNames.POLICY, policy.wire())
                            .register(registry));
        }
        restored = Counter.builder(MetricNames.SESSIONS_RESTORED)
                .description("Sessions made again from the database")
                .register(registry);
        evicted = Counter.builder(MetricNames.CHANNELS_EVICTED)
                .description("Channels without subscribers that were forgotten to keep to the bound")
                .register(registry);
    }

    private static Counter publications(MeterRegistry registry, String kind) {
        return Counter.builder(MetricNames.CHANNEL_PUBLICATIONS)
                .description("What was appended to channels")
                .tag(MetricNames.KIND, kind)
                .register(registry);
    }

    private static Counter subscriptions(MeterRegistry registry, String recovered) {
        return Counter.builder(MetricNames.CHANNEL_SUBSCRIPTIONS)
                .description("Subscriptions, and whether all that was asked for came")
                .tag(MetricNames.RECOVERED, recovered)
                .register(registry);
    }

    @Override
    public void appended(int publications, boolean durable) {
        (durable ? durablePublications : volatilePublications).increment(publications);
    }

    @Override
    public void refused(int publications) {
        refused.increment(publications);
    }

    @Override
    public void committed(int publications, Duration took) {
        commits.record(took);
    }

    @Override
    public void subscribed(boolean all) {
        (all ? recovered : notRecovered).increment();
    }

    @Override
    public void fellBehind() {
        fellBehind.increment();
    }

    @Override
    public void overflowed(Overflow policy) {
        Objects.requireNonNull(overflows.get(policy)).increment();
    }

    @Override
    public void restored() {
        restored.increment();
    }

    @Override
    public void evicted() {
        evicted.increment();
    }
}
