/**
 * What stays connected, grouped by the event loop it lives on: sockets, streams and requests that wait are visited and
 * told the time there, without a timer for each of them. Imports Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.edge.loop.ByLoop}.
 */
@NullMarked
package dev.sluice.edge.loop;

import org.jspecify.annotations.NullMarked;
