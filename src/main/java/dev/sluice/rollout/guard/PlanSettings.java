package dev.sluice.rollout.guard;

import dev.sluice.rollout.decision.Percentage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The staged plan as it was configured.
 *
 * @param steps rising; empty: no plan
 * @param bake how long a step lasts at least, from when clients have followed it
 * @param coolDown after which a rollback of the guard's is over by itself; null: a person resumes
 */
public record PlanSettings(List<Percentage> steps, Duration bake, OnRollback onRollback, @Nullable Duration coolDown) {

    /** How far down a rollback goes. */
    public enum OnRollback {
        ZERO,
        /** The step before, which had been proved. */
        LAST_GOOD
    }

    public PlanSettings {
        steps = List.copyOf(steps);
    }

    public boolean on() {
        return !steps.isEmpty();
    }

    int last() {
        return steps.size() - 1;
    }
}
