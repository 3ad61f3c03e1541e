/**
 * Engine.IO 4: one ordered, virtual connection over long polling and WebSocket, with its heartbeat and its upgrade. It
 * carries packets and any number of sessions, and knows none of what they say. Keeps no sockets: what a GET or a
 * WebSocket is, is a port. Imports {@code delivery.session}, {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.protocol.engineio.EngineConnection},
 * {@link dev.sluice.protocol.engineio.EngineCodec}, {@link dev.sluice.protocol.engineio.EngineErrors}.
 *
 * @see <a href="https://github.com/socketio/engine.io-protocol">Engine.IO protocol, revision 4</a>
 */
@NullMarked
package dev.sluice.protocol.engineio;

import org.jspecify.annotations.NullMarked;
