package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.Percentage;
import org.jspecify.annotations.Nullable;

/**
 * What is in force, and where it came from, at one revision; what {@code GET /api/v1/rollout} shows.
 *
 * @param rolloutPercentage the target with its source
 * @param rejected null while no bad flag set is waiting
 */
public record RolloutView(
        Sourced<Boolean> websocketEnabled,
        Sourced<Boolean> fallbackEnabled,
        Sourced<Percentage> rolloutPercentage,
        Percentage ceiling,
        Percentage effective,
        long revision,
        @Nullable RejectedFlags rejected) {

    /** A value and the layer that won. */
    public record Sourced<T>(T value, FlagSource source) {}

    /** What the operators want. */
    public Percentage target() {
        return rolloutPercentage.value();
    }
}
