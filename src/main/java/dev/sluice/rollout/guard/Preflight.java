package dev.sluice.rollout.guard;

import dev.sluice.rollout.decision.Percentage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the traffic of now would make of a step, before it is taken: traffic is taken to grow with the percentage.
 *
 * @param detectMillis until a fall to 80 % success would be seen; null where it would not
 * @param proveMillis until the figures of now would prove the step; null where they would not
 * @param warning a sentence for a person, null where all is well
 */
public record Preflight(
        Percentage step, @Nullable Long detectMillis, @Nullable Long proveMillis, @Nullable String warning) {

    /** Whether the step can be proved at all; where it cannot, only a person's {@code promote} goes beyond it. */
    public boolean provable() {
        return proveMillis != null;
    }

    /**
     * @param now the percentage in force while the counters were gathered
     * @param step the one that is asked about
     */
    public static Preflight of(
            Judge judge, GuardState state, Percentage now, Percentage step, Watching watching, Duration bake) {
        if (now.equals(Percentage.ZERO) || GuardState.votes(state.websocket()) == 0) {
            return new Preflight(
                    step,
                    null,
                    null,
                    "no attempt was settled yet, so nobody can say how long the step takes to prove; until it can be"
                            + " said, only promote advances");
        }
        double share = (double) now.hundredths() / Math.max(1, step.hundredths());
        Long detect = scaled(judge.figures().detectMillis(state, watching), share);
        Long prove = scaled(judge.figures().proveMillis(state), share);
        return new Preflight(step, detect, prove, warning(detect, prove, watching, bake));
    }

    private static @Nullable Long scaled(@Nullable Long millis, double share) {
        return millis == null ? null : Long.valueOf((long) Math.ceil(millis * share));
    }

    private static @Nullable String warning(
            @Nullable Long detect, @Nullable Long prove, Watching watching, Duration bake) {
        if (prove == null) {
            return "with the figures and the traffic of now the step cannot be proved; only promote advances";
        }
        if (detect == null) {
            return "a fall to 80 % is no rollback with this configuration";
        }
        if (watching == Watching.STEP && detect > bake.toMillis()) {
            return "a fall to 80 %% takes about %s to see, and the bake is only %s"
                    .formatted(Duration.ofSeconds(detect / 1_000), bake);
        }
        return null;
    }
}
