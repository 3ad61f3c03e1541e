package dev.sluice.rollout.watch;

import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.PlanState;
import dev.sluice.rollout.guard.Preflight;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the guard says at one moment.
 *
 * @param finding the verdict in force: while the ceiling is down, the one that brought it down
 * @param bakeLeft null while no step bakes or is about to
 * @param bakeEndsAt null while the bake's clock stands still
 * @param preflight of the next step, or of the present percentage where there is none
 */
public record GuardView(
        Finding finding,
        PlanState plan,
        PlanSettings settings,
        @Nullable Duration bakeLeft,
        @Nullable Instant bakeEndsAt,
        @Nullable Preflight preflight) {}
