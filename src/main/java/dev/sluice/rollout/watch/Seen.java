package dev.sluice.rollout.watch;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.Figure;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.GuardState;
import java.util.List;

/**
 * What the guard knows after a look. Immutable; replaced by the next look alone.
 *
 * @param watched the effective percentage that the counters belong to
 * @param lastRollback figures of the latest rollback of this process, empty before
 */
record Seen(GuardState state, Percentage watched, Finding finding, List<Figure> lastRollback, long lookedAtMillis) {

    /** A percentage never seen, so that the first look begins afresh. */
    static Seen nothing(Percentage effective, long nowMillis) {
        return new Seen(GuardState.FRESH, effective, Finding.NONE, List.of(), nowMillis);
    }

    Seen look(GuardState later, Finding found, long nowMillis) {
        return new Seen(later, watched, found, lastRollback, nowMillis);
    }

    Seen afresh(Percentage effective) {
        return new Seen(state.nextStep(), effective, Finding.NONE, lastRollback, lookedAtMillis);
    }

    Seen rolledBack() {
        return new Seen(state, watched, finding, finding.figures(), lookedAtMillis);
    }
}
