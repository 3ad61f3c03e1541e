package dev.sluice.observe;

import dev.sluice.core.Mode;
import dev.sluice.rollout.drain.DrainCause;
import dev.sluice.rollout.drain.DrainObserver;
import dev.sluice.rollout.drain.DrainProgress;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Share;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** Shows how far a drain has got, and how many of those who belong on WebSocket are there. Any thread. */
public final class DrainMetrics implements DrainObserver {
    private final MeterRegistry registry;
    private final WordCounters started;
    private final WordCounters told;
    private final Counter pauses;

    /** @param protocols the words that will be said for {@code protocol}; any other becomes {@code other} */
    public DrainMetrics(MeterRegistry registry, List<String> protocols) {
        this.registry = registry;
        List<String> causes =
                Arrays.stream(DrainCause.values()).map(DrainCause::wire).toList();
        started = new WordCounters(causes, cause -> Counter.builder(MetricNames.DRAIN_STARTED)
                .description("Drains that found somebody to move")
                .tag(MetricNames.CAUSE, cause)
                .register(registry));
        told = new WordCounters(protocols, protocol -> Counter.builder(MetricNames.DRAIN_TOLD)
                .description("Clients that a drain told to go")
                .tag(MetricNames.PROTOCOL, protocol)
                .register(registry));
        pauses = Counter.builder(MetricNames.DRAIN_PAUSES)
                .description("Times a drain waited for the polling side")
                .register(registry);
    }

    /** Registers the gauges; nothing is asked before the first scrape. */
    public void show(Supplier<DrainProgress> progress, Supplier<Share> share) {
        for (DrainProgress.State state : DrainProgress.State.values()) {
            Gauge.builder(MetricNames.DRAIN_STATE, () -> progress.get().state() == state ? 1 : 0)
                    .description("1 for what the drain is at")
                    .tag(MetricNames.STATE, state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        clients("drained", progress, DrainProgress::drained);
        clients("stayed", progress, DrainProgress::stayed);
        clients("remaining", progress, DrainProgress::remaining);
        share("assigned", share, Share::assignedShare);
        share("able", share, Share::ableShare);
        share("connected", share, Share::connectedShare);
    }

    private void clients(String state, Supplier<DrainProgress> progress, ToIntFunction<DrainProgress> of) {
        Gauge.builder(MetricNames.DRAIN_CLIENTS, () -> of.applyAsInt(progress.get()))
                .description("Clients of the present or the last drain")
                .tag(MetricNames.STATE, state)
                .register(registry);
    }

    private void share(String kind, Supplier<Share> share, ToDoubleFunction<Share> of) {
        Gauge.builder(MetricNames.ROLLOUT_SHARE, () -> of.applyAsDouble(share.get()))
                .description("Share of the present clients that belongs on WebSocket, and that is there")
                .tag(MetricNames.KIND, kind)
                .register(registry);
    }

    @Override
    public void started(DrainCause cause) {
        started.count(cause.wire());
    }

    @Override
    public void told(String protocol, Mode from, Farewell farewell) {
        told.count(protocol);
    }

    @Override
    public void paused() {
        pauses.increment();
    }
}
