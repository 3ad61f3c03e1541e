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
 * @param plan where the guard's plan is; null before a guard has begun
 * @param waiting a valid flag file that the layers below do not let in; tried again whenever they change
 */
record Held(
        FlagLayers layers,
        RolloutState state,
        @Nullable SavedPlan plan,
        @Nullable RejectedFlags rejected,
        FlagFileResult.@Nullable Accepted waiting) {

    Held with(FlagLayers fresh) {
        return fresh.equals(layers)
                ? this
                : new Held(fresh, next(fresh, state.ceiling(), state.overrides()), plan, rejected, waiting);
    }

    Held with(Percentage ceiling) {
        return ceiling.equals(state.ceiling())
                ? this
                : new Held(layers, next(layers, ceiling, state.overrides()), plan, rejected, waiting);
    }

    Held with(List<ClientOverride> overrides) {
        return overrides.equals(state.overrides().all())
                ? this
                : new Held(layers, next(layers, state.ceiling(), Overrides.of(overrides)), plan, rejected, waiting);
    }

    /** The plan moved, and the ceiling with it: one change, under one revision. */
    Held with(SavedPlan moved, Percentage ceiling) {
        return new Held(layers, next(layers, ceiling, state.overrides()), moved, rejected, waiting);
    }

    /** Time passed for the plan; nobody needs to hear of that. */
    Held aged(SavedPlan later) {
        return new Held(layers, state, later, rejected, waiting);
    }

    /** The same in force under a revision of its own: what was changed while this node was down counts as a change. */
    Held touched() {
        return new Held(layers, next(layers, state.ceiling(), state.overrides()), plan, rejected, waiting);
    }

    Held rejecting(@Nullable RejectedFlags flags, FlagFileResult.@Nullable Accepted file) {
        return new Held(layers, state, plan, flags, file);
    }

    SavedRollout saved() {
        FlagSet api = layers.api();
        return new SavedRollout(
                api.rolloutPercentage(),
                api.websocketEnabled(),
                api.fallbackEnabled(),
                state.revision(),
                state.overrides().all(),
                state.ceiling(),
                plan);
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

    private RolloutState next(FlagLayers fresh, Percentage ceiling, Overrides overrides) {
        return new RolloutState(
                fresh.resolve(),
                ceiling,
                state.holdback(),
                state.salt(),
                state.bucketing(),
                overrides,
                state.revision() + 1);
    }
}
