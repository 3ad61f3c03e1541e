package dev.sluice.observe;

import dev.sluice.core.TransportKind;
import dev.sluice.rollout.evidence.Cohort;
import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.evidence.Evidence.Figures;
import dev.sluice.rollout.evidence.EvidenceObserver;
import dev.sluice.rollout.evidence.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Counts what was settled for the guard, and shows how full its memory is. */
public final class EvidenceMetrics implements EvidenceObserver {
    private final MeterRegistry registry;
    private final Counter[][] votes = new Counter[Cohort.values().length][Outcome.values().length];
    private final List<Counter[]> ignoredOffers = new ArrayList<>();

    /** @param protocols in the order of their numbers; any other number is {@code other} */
    public EvidenceMetrics(MeterRegistry registry, List<String> protocols) {
        this.registry = registry;
        for (Cohort cohort : Cohort.values()) {
            for (Outcome outcome : Outcome.values()) {
                votes[cohort.ordinal()][outcome.ordinal()] = Counter.builder(MetricNames.ROLLOUT_VOTES)
                        .description("What was settled for the guard")
                        .tag(MetricNames.COHORT, wire(cohort))
                        .tag(MetricNames.OUTCOME, outcome.wire())
                        .register(registry);
            }
        }
        protocols.forEach(protocol -> ignoredOffers.add(attempts(protocol)));
        ignoredOffers.add(attempts(WordCounters.OTHER));
    }

    private Counter[] attempts(String protocol) {
        Counter[] counters = new Counter[Outcome.values().length];
        for (Outcome outcome : List.of(Outcome.FAILURE, Outcome.FALLBACK, Outcome.NO_ATTEMPT)) {
            counters[outcome.ordinal()] =
                    ConnectionMetrics.attempts(registry, outcome.wire(), TransportKind.WEBSOCKET, protocol);
        }
        return counters;
    }

    private static String wire(Cohort cohort) {
        return cohort.name().toLowerCase(Locale.ROOT);
    }

    /** Shows how things stand with it. Once. */
    public EvidenceMetrics watch(Evidence evidence) {
        gauge(MetricNames.EVIDENCE_CLIENTS, "Clients that evidence is remembered of", evidence, Figures::clients);
        gauge(MetricNames.EVIDENCE_OPEN, "Attempts whose deadline is to come", evidence, Figures::open);
        concentrated(Cohort.WEBSOCKET, evidence, Figures::webSocketConcentrated);
        concentrated(Cohort.POLLING, evidence, Figures::pollingConcentrated);
        FunctionCounter.builder(MetricNames.EVIDENCE_EVICTED, registry, held -> evidence.figures()
                        .evicted())
                .description("Clients that were forgotten to make room")
                .register(registry);
        dropped("too-fast", evidence, Evidence::lost);
        dropped("address", evidence, source -> source.figures().turnedAway());
        return this;
    }

    private void gauge(String name, String description, Evidence evidence, ToDoubleFunction<Figures> figure) {
        Gauge.builder(name, () -> figure.applyAsDouble(evidence.figures()))
                .description(description)
                .register(registry);
    }

    private void concentrated(Cohort cohort, Evidence evidence, Predicate<Figures> figure) {
        Gauge.builder(MetricNames.ROLLOUT_CONCENTRATED, () -> figure.test(evidence.figures()) ? 1 : 0)
                .description("1 while one unauthenticated address makes up most of the votes")
                .tag(MetricNames.COHORT, wire(cohort))
                .register(registry);
    }

    private void dropped(String reason, Evidence evidence, ToDoubleFunction<Evidence> count) {
        // The meter holds its object weakly and its function strongly; the registry stands in for an object.
        FunctionCounter.builder(MetricNames.EVIDENCE_DROPPED, registry, held -> count.applyAsDouble(evidence))
                .description("Events that were not counted")
                .tag(MetricNames.REASON, reason)
                .register(registry);
    }

    @Override
    public void settled(Cohort cohort, Outcome outcome, int group, boolean tried) {
        votes[cohort.ordinal()][outcome.ordinal()].increment();
        if (cohort == Cohort.POLLING || tried) {
            return; // the connection was counted when it told of itself
        }
        Counter attempt = ignoredOffers.get(Math.min(group, ignoredOffers.size() - 1))[outcome.ordinal()];
        if (attempt != null) {
            attempt.increment();
        }
    }
}
