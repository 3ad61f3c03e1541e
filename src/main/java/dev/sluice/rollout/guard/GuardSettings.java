package dev.sluice.rollout.guard;

import org.jspecify.annotations.Nullable;

/**
 * What a verdict depends on besides the counters. Shares are between 0 and 1, latencies in milliseconds.
 *
 * @param alpha chance that a healthy step is rolled back, over all steps and statistical figures
 * @param advanceAlpha chance that a step is held good that is not
 * @param steps steps the plan has, at least 1
 * @param minClients distinct clients before anything is done
 * @param fallbackRollback null: fallbacks alone never roll back
 * @param errorRatio how many times as often WebSocket clients may err
 */
public record GuardSettings(
        double alpha,
        double advanceAlpha,
        int steps,
        int minClients,
        double successAdvance,
        double successRollback,
        double latencyAdvance,
        double latencyRollback,
        double fallbackAdvance,
        @Nullable Double fallbackRollback,
        double errorRatio) {

    /** Looks per false alarm after the plan. */
    static final double LOOKS_PER_ALARM = 1e5;

    /** Figures that can roll back and are judged by chance; the probe is not. */
    int figures() {
        return fallbackRollback == null ? 3 : 4;
    }

    /** What the logarithm of the evidence must reach before a figure fails. */
    double neededToRollBack(Watching watching) {
        return StrictMath.log(watching == Watching.STEP ? figures() * steps / alpha : figures() * LOOKS_PER_ALARM);
    }

    /** The same before a figure passes, or holds. All of them must pass, so each may be wrong as often as all. */
    double neededToAdvance() {
        return -StrictMath.log(advanceAlpha);
    }
}
