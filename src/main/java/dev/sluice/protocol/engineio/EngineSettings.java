package dev.sluice.protocol.engineio;

import java.time.Duration;

/**
 * The bounds of engine connections, with the reference's names and meaning.
 *
 * @param pingInterval from the last pong to the next ping
 * @param pingTimeout from a ping to giving up
 * @param upgradeTimeout how long a WebSocket that probes has
 * @param maxPayload the longest message or body that a client may send, in bytes
 * @param maxQueued what may wait for a client that is between two GETs, in bytes, beside what waits in mailboxes
 */
public record EngineSettings(
        Duration pingInterval, Duration pingTimeout, Duration upgradeTimeout, int maxPayload, int maxQueued) {}
