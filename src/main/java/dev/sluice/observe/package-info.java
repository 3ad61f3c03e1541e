/**
 * What the engines do, as numbers and health for operators. Hangs on their observer ports from outside. Imports
 * {@code delivery}, {@code rollout.decision},
 * {@code rollout.guard}, {@code rollout.watch}, {@code core}, Micrometer (no other room may) and MicroProfile Health.
 *
 * <p>Starting points: {@link dev.sluice.observe.MetricNames} (every name, with what it means; {@code docs/metrics.md}
 * lists the same), {@link dev.sluice.observe.ConnectionMetrics}, {@link dev.sluice.observe.NodeHealth}.
 */
@NullMarked
package dev.sluice.observe;

import org.jspecify.annotations.NullMarked;
