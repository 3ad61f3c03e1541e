/**
 * When to go on and when to go back: tests that may be looked at all the time, the verdict on them, and the staged plan.
 * All of it pure: the same counters and settings give the same verdict anywhere and any time. Imports {@code core},
 * {@code rollout.evidence} and the values of {@code rollout.decision}.
 *
 * <p>Starting points: {@link dev.sluice.rollout.guard.Judge} (counters to verdict),
 * {@link dev.sluice.rollout.guard.PlanMachine} (verdict to ceiling), {@link dev.sluice.rollout.guard.EvidenceSource}
 * (where the counters come from).
 */
@NullMarked
package dev.sluice.rollout.guard;

import org.jspecify.annotations.NullMarked;
