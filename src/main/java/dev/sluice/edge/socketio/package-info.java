/**
 * Socket.IO clients' URLs: the handshake, GETs and POSTs, the WebSocket that begins or takes over, and what the
 * application does with single sockets. Knits {@code protocol.engineio} and {@code protocol.socketio} to
 * {@code transport.ws}, to the gate and to the sessions.
 *
 * <p>Starting points: {@link dev.sluice.edge.socketio.EngineRoute}, {@link dev.sluice.edge.socketio.EngineDesk},
 * {@link dev.sluice.edge.socketio.SocketIoSeats}.
 */
@NullMarked
package dev.sluice.edge.socketio;

import org.jspecify.annotations.NullMarked;
