/**
 * Socket.IO 5 over Engine.IO: namespaces, events, acknowledgements, binary, connection state recovery. Each namespace
 * socket is a session of the delivery engine; this room reads what clients say and writes what sessions have for them.
 * Imports {@code protocol.engineio}, {@code protocol.json}, {@code delivery}, {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.protocol.socketio.SocketIoConnection},
 * {@link dev.sluice.protocol.socketio.SocketIoSocket}, {@link dev.sluice.protocol.socketio.SocketIoFrames}.
 *
 * @see <a href="https://github.com/socketio/socket.io-protocol">Socket.IO protocol, revision 5</a>
 */
@NullMarked
package dev.sluice.protocol.socketio;

import org.jspecify.annotations.NullMarked;
