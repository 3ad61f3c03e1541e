package dev.sluice.protocol.socketio;

import java.time.Duration;

/**
 * The bounds of Socket.IO connections.
 *
 * @param connectTimeout how long a connection has to connect to its first namespace
 * @param maxPayload what one packet may weigh with its attachments, in bytes
 */
public record SocketIoSettings(Duration connectTimeout, long maxPayload) {}
