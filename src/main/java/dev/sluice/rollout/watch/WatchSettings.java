package dev.sluice.rollout.watch;

import java.time.Duration;

/**
 * How the guard works.
 *
 * @param enabled false: nobody looks, and operators' words still move the ceiling
 * @param interval between two looks
 */
public record WatchSettings(boolean enabled, Duration interval) {}
