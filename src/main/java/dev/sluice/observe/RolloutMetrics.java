package dev.sluice.observe;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Shows the rollout: what is wanted, what holds, what the guard says, and what was changed. Any thread. */
public final class RolloutMetrics {
    private static final List<String> VERDICTS = List.of("advance", "hold", "rollback", "inconclusive");

    /** The figures of the guard, and a person's {@code abort}. */
    private static final List<String> ROLLBACK_REASONS = List.of(
            "connection-success", "delivery-latency", "fallback-rate", "error-rate", "critical-probe", "operator");

    private final Counter reloadsAccepted;
    private final Counter reloadsRejected;
    private final WordCounters rollbacks;

    /**
     * Registers the gauges; nothing is asked before the first scrape.
     *
     * @param state the snapshot in force
     * @param verdict the guard's word; one that is not among advance, hold, rollback, inconclusive shows as none of them
     */
    public RolloutMetrics(MeterRegistry registry, Supplier<RolloutState> state, Supplier<String> verdict) {
        percentage(registry, "target", state, RolloutState::target);
        percentage(registry, "ceiling", state, RolloutState::ceiling);
        percentage(registry, "effective", state, RolloutState::effective);
        for (String word : VERDICTS) {
            Gauge.builder(MetricNames.ROLLOUT_VERDICT, () -> word.equals(verdict.get()) ? 1 : 0)
                    .description("1 for the guard's present verdict")
                    .tag(MetricNames.VERDICT, word)
                    .register(registry);
        }
        rollbacks = new WordCounters(ROLLBACK_REASONS, reason -> Counter.builder(MetricNames.ROLLBACKS)
                .description("Times the ceiling was lowered")
                .tag(MetricNames.REASON, reason)
                .register(registry));
        reloadsAccepted = reloads(registry, "accepted");
        reloadsRejected = reloads(registry, "rejected");
    }

    private static void percentage(
            MeterRegistry registry, String kind, Supplier<RolloutState> state, Function<RolloutState, Percentage> of) {
        Gauge.builder(
                        MetricNames.ROLLOUT_PERCENTAGE,
                        () -> of.apply(state.get()).value().doubleValue())
                .description("The rollout's percentages")
                .tag(MetricNames.KIND, kind)
                .register(registry);
    }

    private static Counter reloads(MeterRegistry registry, String result) {
        return Counter.builder(MetricNames.CONFIG_RELOADS)
                .description("Changed flag files, by what became of them")
                .tag(MetricNames.RESULT, result)
                .register(registry);
    }

    /** A changed flag file is in force. */
    public void reloadAccepted() {
        reloadsAccepted.increment();
    }

    /** A changed flag file was refused, and the last good set stays. */
    public void reloadRejected() {
        reloadsRejected.increment();
    }

    /** The ceiling was lowered for that figure, or by an {@code operator}. */
    public void rolledBack(String reason) {
        rollbacks.count(reason);
    }
}
