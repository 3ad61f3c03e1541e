/**
 * OpenFeature's remote evaluation protocol: what is in force, and how one client is served, for programs that ask
 * through an OpenFeature provider; and a stream that tells them when to ask again. Imports {@code edge.http},
 * {@code edge.gate}, {@code rollout}, {@code identity}, {@code core}, Vert.x and Jackson.
 *
 * <p>Starting points: {@link dev.sluice.edge.ofrep.OfrepRoutes} (the URLs), {@link dev.sluice.edge.ofrep.Evaluator}
 * (flags to answers), {@link dev.sluice.edge.ofrep.EventStreams} (who is told of a change).
 */
@NullMarked
package dev.sluice.edge.ofrep;

import org.jspecify.annotations.NullMarked;
