/**
 * The decision as a pure function: flags, ceiling and client in, mode and reason out. Imports {@code core} and
 * commons-codec's hashes.
 *
 * <p>Starting points: {@link dev.sluice.rollout.decision.Decider}, {@link dev.sluice.rollout.decision.Bucketing},
 * {@link dev.sluice.rollout.decision.RolloutState}.
 */
@NullMarked
package dev.sluice.rollout.decision;

import org.jspecify.annotations.NullMarked;
