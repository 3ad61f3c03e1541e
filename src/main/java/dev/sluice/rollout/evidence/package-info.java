/**
 * What really happened to each cohort: attempts settled once each, latencies, errors per client-minute. Imports
 * {@code core} only.
 *
 * <p>Starting points: {@link dev.sluice.rollout.evidence.EvidenceWindow} (what the guard is given each time it looks),
 * {@link dev.sluice.rollout.evidence.LatencyCounts}.
 */
@NullMarked
package dev.sluice.rollout.evidence;

import org.jspecify.annotations.NullMarked;
