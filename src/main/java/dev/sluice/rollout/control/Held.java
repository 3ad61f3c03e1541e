package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the control holds at one revision: what is in force and what it was made of.
 *
 * @param waiting a valid flag file that the layers below do not let in; tried again whenever they change
 */
record Held(
        FlagLayers layers,
        RolloutState state,
        @Nullable RejectedFlags rejected,
        FlagFileResult.@Nullable Accepted waiting) {

    Held with(FlagLayers fresh) {
        return fresh.equals(layers)
                ? this
                : new Held(
                        fresh,
                        next(fresh, state.ceiling(), state.overrides(), state.revision() + 1),
                        rejected,
                        waiting);
    }

    Held with(Percentage ceiling) {
        return ceiling.equals(state.ceiling())
                ? this
                : new Held(layers, next(layers, ceiling, state.overrides(), state.revision() + 1), rejected, waiting);
    }

    Held with(List<ClientOverride> overrides) {
        return overrides.equals(state.overrides().all())
                ? this
                : new Held(
                        layers,
                        next(layers, state.ceiling(), Overrides.of(overrides), state.revision() + 1),
                        rejected,
                        waiting);
    }

    /** The same in force under a revision of its own: what was changed while this node was down counts as a change. */
    Held touched() {
        return new Held(
                layers, next(layers, state.ceiling(), state.overrides(), state.revision() + 1), rejected, waiting);
    }

    Held rejecting(@Nullable RejectedFlags flags, FlagFileResult.@Nullable Accepted file) {
        return new Held(layers, state, flags, file);
    }

    SavedRollout saved() {
        FlagSet api = layers.api();
        return new SavedRollout(
                api.rolloutPercentage(),
                api.websocketEnabled(),
                api.fallbackEnabled(),
                state.revision(),
                state.overrides().all());
    }

    RolloutView view() {
        return new RolloutView(
                layers.websocketEnabled(),
                layers.fallbackEnabled(),
                layers.rolloutPercentage(),
                state.ceiling(),
                state.effective(),
                state.revision(),
                rejected);
    }

    private RolloutState next(FlagLayers fresh, Percentage ceiling, Overrides overrides, long revision) {
        return new RolloutState(
                fresh.resolve(), ceiling, state.holdback(), state.salt(), state.bucketing(), overrides, revision);
    }
}
