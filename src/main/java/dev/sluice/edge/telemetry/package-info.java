/**
 * What clients report of themselves. Imports {@code edge.http}, {@code delivery.session}, {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.edge.telemetry.TelemetryRoutes}.
 */
@NullMarked
package dev.sluice.edge.telemetry;

import org.jspecify.annotations.NullMarked;
