package dev.sluice.rollout.drain;

import java.util.Locale;

/** Whom to move first. */
public enum DrainOrder {
    /** Who came last goes first: those who have been there longest, and hold the most, are disturbed last. */
    LAST_IN_FIRST_OUT,
    /** By lot, so that no kind of client is first in every drain. */
    RANDOM;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word in the configuration. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException naming what is allowed */
    public static DrainOrder parse(String text) {
        for (DrainOrder order : values()) {
            if (order.wire.equals(text.strip())) {
                return order;
            }
        }
        throw new IllegalArgumentException("last-in-first-out or random");
    }
}
