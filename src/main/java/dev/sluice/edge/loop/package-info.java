/**
 * What stays connected, grouped by the event loop it lives on: sockets, streams and requests that wait are visited and
 * told the time there, without a timer for each of them. Imports {@code protocol.json}, {@code transport.ws},
 * {@code core}, Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.edge.loop.ByLoop}, {@link dev.sluice.edge.loop.KnitSocket}.
 */
@NullMarked
package dev.sluice.edge.loop;

import org.jspecify.annotations.NullMarked;
