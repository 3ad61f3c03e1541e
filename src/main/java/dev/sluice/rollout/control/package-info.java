/**
 * What is in force now: flags with their sources, the operator's target, the guard's ceiling, overrides, and the
 * append-only record of every change. Imports {@code rollout.decision}, {@code core}, Mutiny's {@code Uni} and JBoss
 * Logging.
 *
 * <p>Starting points: {@link dev.sluice.rollout.control.RolloutControl}, {@link dev.sluice.rollout.control.RolloutStore},
 * {@link dev.sluice.rollout.control.Change} (every change there is, as a pure function).
 */
@NullMarked
package dev.sluice.rollout.control;

import org.jspecify.annotations.NullMarked;
