/**
 * A WebSocket as a pipe: write queue, message assembly, pings. Imports {@code delivery.session}, {@code core}, Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.transport.ws.WebSocketTransport}, {@link dev.sluice.transport.ws.Inbound}.
 */
@NullMarked
package dev.sluice.transport.ws;

import org.jspecify.annotations.NullMarked;
