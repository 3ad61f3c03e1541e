package dev.sluice.observe;

import dev.sluice.rollout.guard.Figure;
import dev.sluice.rollout.guard.Figure.Evidence;
import dev.sluice.rollout.guard.FigureName;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.watch.GuardView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows what the guard's verdict rests on and where its plan is. What is not known is {@code NaN}. Any thread. */
public final class GuardMetrics {
    private final MeterRegistry registry;
    private final Supplier<GuardView> guard;

    /** Registers the gauges; nothing is asked before the first scrape. */
    public GuardMetrics(MeterRegistry registry, Supplier<GuardView> guard) {
        this.registry = registry;
        this.guard = guard;
        for (FigureName name : FigureName.values()) {
            cohort(name, "websocket", Figure::value, Figure::samples);
            cohort(name, "polling", Figure::control, Figure::controlSamples);
            bound(name, "lower", figure -> figure.bounds().lower());
            bound(name, "upper", figure -> figure.bounds().upper());
            evidence(name, "rollback", figure -> share(figure.rollback()));
            evidence(name, "advance", figure -> share(figure.advance()));
        }
        for (Phase phase : Phase.values()) {
            Gauge.builder(MetricNames.PLAN_PHASE, () -> guard.get().plan().phase() == phase ? 1 : 0)
                    .description("1 for the phase the plan is in")
                    .tag(MetricNames.PHASE, phase.wire())
                    .register(registry);
        }
        Gauge.builder(MetricNames.PLAN_STEP, this::step)
                .description("The plan's step, from 1; 0 without a plan")
                .register(registry);
        Gauge.builder(MetricNames.PLAN_BAKE_LEFT, this::bakeLeft)
                .description("What is left of the bake")
                .baseUnit("seconds")
                .register(registry);
    }

    private void cohort(
            FigureName name, String cohort, Function<Figure, @Nullable Double> value, Function<Figure, Long> samples) {
        Gauge.builder(MetricNames.GUARD_FIGURE, () -> of(name, value))
                .description("The figures of the guard")
                .tag(MetricNames.FIGURE, name.wire())
                .tag(MetricNames.COHORT, cohort)
                .register(registry);
        Gauge.builder(MetricNames.GUARD_SAMPLES, () -> of(name, figure -> (double) samples.apply(figure)))
                .description("What they rest on")
                .tag(MetricNames.FIGURE, name.wire())
                .tag(MetricNames.COHORT, cohort)
                .register(registry);
    }

    private void bound(FigureName name, String side, Function<Figure, @Nullable Double> bound) {
        Gauge.builder(MetricNames.GUARD_BOUND, () -> of(name, bound))
                .description("Between which the true value of a figure lies")
                .tag(MetricNames.FIGURE, name.wire())
                .tag(MetricNames.SIDE, side)
                .register(registry);
    }

    private void evidence(FigureName name, String direction, Function<Figure, @Nullable Double> evidence) {
        Gauge.builder(MetricNames.GUARD_EVIDENCE, () -> of(name, evidence))
                .description("Evidence as a share of what is needed, in logarithms: at 1 it is enough")
                .tag(MetricNames.FIGURE, name.wire())
                .tag(MetricNames.DIRECTION, direction)
                .register(registry);
    }

    private static @Nullable Double share(@Nullable Evidence evidence) {
        return evidence == null ? null : Double.valueOf(evidence.log() / evidence.needed());
    }

    private double of(FigureName name, Function<Figure, @Nullable Double> value) {
        for (Figure figure : guard.get().finding().figures()) {
            if (figure.name() == name) {
                Double known = value.apply(figure);
                return known == null ? Double.NaN : known;
            }
        }
        return Double.NaN;
    }

    private int step() {
        GuardView now = guard.get();
        return now.settings().steps().isEmpty() ? 0 : now.plan().step() + 1;
    }

    private double bakeLeft() {
        GuardView now = guard.get();
        return now.bakeLeft() == null ? 0 : now.bakeLeft().toMillis() / 1e3;
    }
}
