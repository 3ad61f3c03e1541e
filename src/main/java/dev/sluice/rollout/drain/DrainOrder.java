package dev.sluice.rollout.drain;

/** Whom to move first; in the configuration {@code last-in-first-out} or {@code random}. */
public enum DrainOrder {
    /** Who came last goes first: those who have been there longest, and hold the most, are disturbed last. */
    LAST_IN_FIRST_OUT,
    /** By lot, so that no kind of client is first in every drain. */
    RANDOM
}
