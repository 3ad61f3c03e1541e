package dev.sluice.rollout.guard;

import java.util.Locale;

/** What the evidence says. Only {@link #ADVANCE} promotes, and only {@link #ROLLBACK} takes back. */
public enum Verdict {
    /** Every figure is proved to be as good as going on demands. */
    ADVANCE,
    /** There is enough evidence, and it speaks against going on, or against the network as a whole. */
    HOLD,
    /** A figure is proved to be too bad to stay. */
    ROLLBACK,
    /** Too little evidence, or evidence that cannot be trusted. */
    INCONCLUSIVE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
        return wire;
    }
}
