package dev.sluice.protocol.json;

import java.time.Duration;

/**
 * The deadlines of a socket.
 *
 * @param firstFrame how long it may take to say who it is
 * @param pingEvery between two ping frames
 * @param silence without a frame or a pong, after which it is closed
 * @param switchWithin how long a client that knows {@code switch} has to move by itself
 */
public record ConnectionLimits(Duration firstFrame, Duration pingEvery, Duration silence, Duration switchWithin) {
    public static final ConnectionLimits DEFAULT = new ConnectionLimits(
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(1));
}
