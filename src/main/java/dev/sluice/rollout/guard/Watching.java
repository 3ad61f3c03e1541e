package dev.sluice.rollout.guard;

import java.util.Locale;

/** What a false alarm may cost. */
public enum Watching {
    /** Within a step of the plan: at most α over all looks together. */
    STEP,
    /** After the plan, or without one: at most one in 100,000 looks on average. */
    LONG_RUN;

    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
