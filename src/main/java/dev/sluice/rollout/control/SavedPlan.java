package dev.sluice.rollout.control;

import java.time.Instant;
import java.util.List;

/**
 * Where the staged plan is, as it survives a restart; what the words mean is the guard's business.
 *
 * @param step index into the plan's steps
 * @param spentMillis of the phase, as far as it was saved
 * @param since when the phase began
 * @param reasons of a rollback, else empty
 */
public record SavedPlan(String phase, int step, long spentMillis, Instant since, List<String> reasons) {

    public SavedPlan {
        reasons = List.copyOf(reasons);
    }
}
