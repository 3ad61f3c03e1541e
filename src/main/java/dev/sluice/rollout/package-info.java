/**
 * Who gets what, how much of it, and when to go back. Imports {@code core} and Mutiny's {@code Uni}; a stranger to
 * {@code delivery}.
 *
 * <p>Starting points: {@link dev.sluice.rollout.decision.Decider} (one client's decision, a pure function),
 * {@link dev.sluice.rollout.control.RolloutControl} (what is in force now, and who changed it).
 */
@NullMarked
package dev.sluice.rollout;

import org.jspecify.annotations.NullMarked;
