/**
 * What really happened to each cohort: attempts settled once each, latencies, errors per client-minute. Imports
 * {@code core} only.
 *
 * <p>Starting points: {@link dev.sluice.rollout.evidence.Evidence} (record, and look),
 * {@link dev.sluice.rollout.evidence.AttemptLedger} (what follows from what was recorded),
 * {@link dev.sluice.rollout.evidence.EvidenceWindow} (what the guard is given each time it looks).
 */
@NullMarked
package dev.sluice.rollout.evidence;

import org.jspecify.annotations.NullMarked;
