/**
 * What is in force now: flags with their sources, the operator's target, the guard's ceiling, overrides, and the
 * append-only record of every change. Imports {@code rollout.decision}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.rollout.control.RolloutControl}, {@link dev.sluice.rollout.control.RolloutStore}.
 */
@NullMarked
package dev.sluice.rollout.control;

import org.jspecify.annotations.NullMarked;
