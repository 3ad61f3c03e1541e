package dev.sluice.rollout.guard;

import java.util.Locale;

/** Where the plan is. */
public enum Phase {
    /** There is no plan; the guard watches all the same. */
    OFF,
    /** A step was taken, and clients are on their way to where it puts them. */
    FOLLOWING,
    /** They are there, and time passes. */
    BAKING,
    /** A person stopped the plan; the guard still rolls back. */
    PAUSED,
    /** The last step is taken. */
    COMPLETE,
    /** The ceiling is down until a person resumes or the cool-down passes. */
    ROLLED_BACK;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException where there is none of that name */
    public static Phase parse(String wire) {
        for (Phase phase : values()) {
            if (phase.wire.equals(wire)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("there is no phase " + wire);
    }
}
