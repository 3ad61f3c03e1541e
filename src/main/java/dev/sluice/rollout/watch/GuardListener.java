package dev.sluice.rollout.watch;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.PlanState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Port to whoever wants to hear of the guard. Called after the fact, in order as the guard sees it, on the thread that
 * looked or made the change: return soon. A failure is logged and keeps nothing from the others.
 */
public interface GuardListener {

    /** The verdict or its reasons are not what they were. */
    default void verdictChanged(VerdictChange change) {}

    /** The ceiling was moved, by the guard or by an operator's word to it, and that is in force. */
    default void ceilingChanged(CeilingChange change) {}

    /** @param plan as it is at that moment */
    record VerdictChange(Finding before, Finding now, PlanState plan, Instant at) {}

    /**
     * @param who {@code guard} or {@code token:<name>}
     * @param plan as it is now; its reasons tell why it was rolled back
     * @param finding the verdict at that moment
     * @param revision of the rollout with the new ceiling
     */
    record CeilingChange(
            Percentage from,
            Percentage to,
            String who,
            @Nullable String why,
            PlanState plan,
            Finding finding,
            Instant at,
            long revision) {

        public boolean lowered() {
            return to.compareTo(from) < 0;
        }
    }
}
