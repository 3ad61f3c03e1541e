package dev.sluice.rollout.guard;

import dev.sluice.rollout.decision.Percentage;
import java.time.Instant;
import java.util.List;

/**
 * Where the plan is, and the ceiling that goes with it.
 *
 * @param step index into the steps; 0 without a plan
 * @param spentMillis baked so far, or of the cool-down while rolled back; by a clock that does not jump, kept over a
 *     pause and a restart
 * @param since when the phase began, for people
 * @param reasons of the rollback, else empty
 */
public record PlanState(
        Phase phase, int step, Percentage ceiling, long spentMillis, Instant since, List<String> reasons) {

    public PlanState {
        reasons = List.copyOf(reasons);
    }

    PlanState spend(long millis) {
        return new PlanState(phase, step, ceiling, spentMillis + Math.max(0, millis), since, reasons);
    }

    PlanState in(Phase next, Instant now) {
        return new PlanState(next, step, ceiling, spentMillis, now, reasons);
    }

    /** How false alarms are counted here. */
    public Watching watching() {
        return switch (phase) {
            case FOLLOWING, BAKING, PAUSED -> Watching.STEP;
            case OFF, COMPLETE, ROLLED_BACK -> Watching.LONG_RUN;
        };
    }

    /** Whether it differs in more than the time spent. */
    public boolean movedFrom(PlanState before) {
        return phase != before.phase || step != before.step || !ceiling.equals(before.ceiling);
    }
}
