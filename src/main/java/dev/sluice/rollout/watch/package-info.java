/**
 * The guard at work: it looks every interval, and moves the ceiling when its verdict says so. Imports
 * {@code rollout.guard}, {@code rollout.control}, {@code rollout.evidence}, {@code rollout.decision}, {@code core},
 * Mutiny's {@code Uni} and JBoss Logging.
 *
 * <p>Starting points: {@link dev.sluice.rollout.watch.Watch} (one look, and what operators may say),
 * {@link dev.sluice.rollout.watch.GuardListener} (who wants to hear of verdicts and ceilings).
 */
@NullMarked
package dev.sluice.rollout.watch;

import org.jspecify.annotations.NullMarked;
