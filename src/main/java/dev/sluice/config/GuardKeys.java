package dev.sluice.config;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.PlanSettings.OnRollback;
import dev.sluice.rollout.watch.WatchSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code sluice.rollout.guard} and {@code sluice.rollout.plan} into the guard's own values. What contradicts
 * itself is refused, naming key, value and what is allowed: a guard that cannot do what it was told must not start.
 */
public final class GuardKeys {
    private static final String GUARD = "sluice.rollout.guard.";
    private static final String PLAN = "sluice.rollout.plan.";

    /** A second: below that the looks cost more than they see. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    /** The clip of latencies: a mean cannot be above it, so a limit there would never be reached. */
    private static final Duration CLIP = Duration.ofSeconds(5);

    private GuardKeys() {}

    /** @throws IllegalArgumentException with a sentence for the person at the console */
    public static WatchSettings watch(RolloutConfig rollout) {
        GuardConfig guard = rollout.guard();
        within(GUARD + "interval", guard.interval(), SHORTEST, DAY);
        within(GUARD + "attempt-window", guard.attemptWindow(), Duration.ofMillis(100), DAY);
        within(GUARD + "vote-window", guard.voteWindow(), SHORTEST, DAY);
        if (!guard.enabled() && plan(rollout).on()) {
            throw refused(
                    GUARD + "enabled", false, "true while sluice.rollout.plan.steps is set: nobody would take them");
        }
        return new WatchSettings(guard.enabled(), guard.interval());
    }

    /** @throws IllegalArgumentException with a sentence for the person at the console */
    public static GuardSettings judge(RolloutConfig rollout) {
        GuardConfig guard = rollout.guard();
        probability(GUARD + "alpha", guard.alpha());
        probability(GUARD + "advance-alpha", guard.advanceAlpha());
        probability(
                GUARD + "connection-success.advance", guard.connectionSuccess().advance());
        probability(
                GUARD + "connection-success.rollback", guard.connectionSuccess().rollback());
        if (guard.connectionSuccess().advance() < guard.connectionSuccess().rollback()) {
            throw refused(
                    GUARD + "connection-success.advance",
                    guard.connectionSuccess().advance(),
                    "at least connection-success.rollback (%s)"
                            .formatted(guard.connectionSuccess().rollback()));
        }
        within(GUARD + "latency.advance", guard.latency().advance(), Duration.ofMillis(1), CLIP.minusMillis(1));
        within(GUARD + "latency.rollback", guard.latency().rollback(), Duration.ofMillis(1), CLIP.minusMillis(1));
        if (guard.latency().advance().compareTo(guard.latency().rollback()) > 0) {
            throw refused(
                    GUARD + "latency.advance",
                    guard.latency().advance(),
                    "at most latency.rollback (%s)".formatted(guard.latency().rollback()));
        }
        probability(GUARD + "fallback-rate.advance", guard.fallbackRate().advance());
        if (guard.errorRatio().rollback() < 1
                || !Double.isFinite(guard.errorRatio().rollback())) {
            throw refused(GUARD + "error-ratio.rollback", guard.errorRatio().rollback(), "a number of at least 1");
        }
        return new GuardSettings(
                guard.alpha(),
                guard.advanceAlpha(),
                Math.max(1, plan(rollout).steps().size()),
                guard.minClients(),
                guard.connectionSuccess().advance(),
                guard.connectionSuccess().rollback(),
                millis(guard.latency().advance()),
                millis(guard.latency().rollback()),
                guard.fallbackRate().advance(),
                fallbackRollback(guard),
                guard.errorRatio().rollback());
    }

    private static @Nullable Double fallbackRollback(GuardConfig guard) {
        Double rollback = guard.fallbackRate().rollback().orElse(null);
        if (rollback == null) {
            return null;
        }
        probability(GUARD + "fallback-rate.rollback", rollback);
        if (rollback < guard.fallbackRate().advance()) {
            throw refused(
                    GUARD + "fallback-rate.rollback",
                    rollback,
                    "at least fallback-rate.advance (%s)"
                            .formatted(guard.fallbackRate().advance()));
        }
        return rollback;
    }

    /** @throws IllegalArgumentException with a sentence for the person at the console */
    public static PlanSettings plan(RolloutConfig rollout) {
        PlanConfig plan = rollout.plan();
        within(PLAN + "bake", plan.bake(), Duration.ZERO, YEAR);
        Optional<Duration> coolDown = rollout.guard().coolDown();
        coolDown.ifPresent(given -> within(GUARD + "cool-down", given, SHORTEST, YEAR));
        return new PlanSettings(
                steps(plan.steps().orElse(List.of())),
                plan.bake(),
                onRollback(rollout.guard().onRollback()),
                coolDown.orElse(null));
    }

    private static List<Percentage> steps(List<BigDecimal> given) {
        List<Percentage> steps = new ArrayList<>();
        for (BigDecimal step : given) {
            Percentage percentage = step(step, given);
            if (!steps.isEmpty() && percentage.compareTo(steps.get(steps.size() - 1)) <= 0) {
                throw refused(
                        PLAN + "steps",
                        given,
                        "rising: %s comes after %s".formatted(step, steps.get(steps.size() - 1)));
            }
            steps.add(percentage);
        }
        return steps;
    }

    private static Percentage step(BigDecimal step, List<BigDecimal> given) {
        try {
            Percentage percentage = Percentage.of(step);
            if (!percentage.equals(Percentage.ZERO)) {
                return percentage;
            }
        } catch (IllegalArgumentException e) {
            // Said below, with key and value.
        }
        throw refused(PLAN + "steps", given, "above 0 and up to 100 with at most two decimals, not " + step);
    }

    private static OnRollback onRollback(String word) {
        return switch (word) {
            case "zero" -> OnRollback.ZERO;
            case "last-good" -> OnRollback.LAST_GOOD;
            default -> throw refused(GUARD + "on-rollback", word, "zero or last-good");
        };
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static void probability(String key, double value) {
        if (!(value > 0 && value < 1)) {
            throw refused(key, value, "between 0 and 1, both excluded");
        }
    }

    private static void within(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw refused(key, value, "from %s to %s".formatted(least, most));
        }
    }

    private static IllegalArgumentException refused(String key, Object value, String allowed) {
        return new IllegalArgumentException("%s is %s and must be %s".formatted(key, value, allowed));
    }
}
