/**
 * Measurements, built by the {@code bench} profile alone: a decision, and the gateway next to a bare Vert.x server that
 * does the same. May import {@code rollout.decision}, Vert.x, Jackson and JMH; the gateway itself is a process of its own.
 *
 * <p>Starting points: {@link dev.sluice.bench.BenchRun}, {@link dev.sluice.bench.Load}, {@code docs/benchmarks.md}.
 */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
