package dev.sluice.rollout.drain;

import java.time.Duration;

/**
 * When a drain that may wait does wait for the polling side, and when it goes on: not at every hiccup to and fro, and
 * not for ever, since somebody asked for it. Time is milliseconds of a clock that only goes forward.
 */
final class Patience {
    /** How long the polling side has to be well before the drain goes on. */
    private static final long WELL_FOR = 1_000;

    /** After so long in one go the drain takes a few more steps, or an operator's lowering might never happen. */
    private static final long AT_MOST = 60_000;

    private static final long THEN_GO_ON_FOR = 5_000;

    private final PollingStrain strain;
    private final Duration above;
    private boolean paused;
    private long since;
    private long unwellAt;
    private long notBefore = Long.MIN_VALUE;

    Patience(PollingStrain strain, Duration above) {
        this.strain = strain;
        this.above = above;
    }

    /** Whether to wait now. */
    boolean waits(long now) {
        if (above.isZero()) {
            return false;
        }
        Duration late = strain.lateness();
        if (!paused) {
            if (late.compareTo(above) > 0 && now >= notBefore) {
                paused = true;
                since = now;
                unwellAt = now;
            }
            return paused;
        }
        if (late.compareTo(above.dividedBy(2)) > 0) {
            unwellAt = now;
        }
        if (now - since >= AT_MOST) {
            paused = false;
            notBefore = now + THEN_GO_ON_FOR;
        } else if (now - unwellAt >= WELL_FOR) {
            paused = false;
        }
        return paused;
    }
}
