package dev.sluice.rollout.guard;

import java.util.Locale;

/** What the evidence says of one figure. */
public enum FigureState {
    /** Good enough to go on. */
    PASSES,
    /** Not good enough to go on, not bad enough to go back. */
    HOLDS,
    /** Too bad to stay. */
    FAILS,
    /** Not enough evidence either way. */
    UNDECIDED,
    /** There is nothing to compare it with, or nobody measures it; blocks nothing. */
    NOT_APPLICABLE;

    public String wire() {
        return this == NOT_APPLICABLE ? "n/a" : name().toLowerCase(Locale.ROOT);
    }
}
