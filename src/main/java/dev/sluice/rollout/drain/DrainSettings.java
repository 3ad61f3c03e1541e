package dev.sluice.rollout.drain;

import java.time.Duration;

/**
 * How a drain goes about it.
 *
 * @param spread over which time those who must move are spread; 0 for as fast as the rate allows
 * @param maxPerSecond clients told in a second at most, on this node
 * @param pauseAbove how late the polling side may answer before a lowering by hand waits for it; 0 for never waiting
 */
public record DrainSettings(Duration spread, DrainOrder order, int maxPerSecond, Duration pauseAbove) {
    public DrainSettings {
        if (spread.isNegative()) {
            throw new IllegalArgumentException("spread must not be negative");
        }
        if (maxPerSecond < 1) {
            throw new IllegalArgumentException("maxPerSecond must be at least 1");
        }
        if (pauseAbove.isNegative()) {
            throw new IllegalArgumentException("pauseAbove must not be negative");
        }
    }
}
