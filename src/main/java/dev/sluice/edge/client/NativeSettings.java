package dev.sluice.edge.client;

import dev.sluice.protocol.json.ConnectionLimits;
import java.time.Duration;

/**
 * The bounds of native connections.
 *
 * @param grace how long a session waits for its client, and how long a ticket is good for
 * @param socket the deadlines of a WebSocket
 * @param maxMessage longest message in bytes
 * @param streamAtMost how long an event stream stays open before its reader has to come back
 */
public record NativeSettings(Duration grace, ConnectionLimits socket, int maxMessage, Duration streamAtMost) {}
