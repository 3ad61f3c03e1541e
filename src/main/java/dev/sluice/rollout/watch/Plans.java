package dev.sluice.rollout.watch;

import dev.sluice.rollout.control.SavedPlan;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.guard.PlanState;

/** The plan's state as the control keeps it, and back. */
final class Plans {
    private Plans() {}

    static SavedPlan saved(PlanState plan) {
        return new SavedPlan(plan.phase().wire(), plan.step(), plan.spentMillis(), plan.since(), plan.reasons());
    }

    static PlanState state(SavedPlan saved, Percentage ceiling) {
        return new PlanState(
                Phase.parse(saved.phase()), saved.step(), ceiling, saved.spentMillis(), saved.since(), saved.reasons());
    }
}
