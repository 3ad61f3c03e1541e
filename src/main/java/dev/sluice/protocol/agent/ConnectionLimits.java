package dev.sluice.protocol.agent;

import java.time.Duration;

/**
 * The deadlines of an agent's socket.
 *
 * @param firstFrame how long it may take to register
 * @param pingEvery between two ping frames
 * @param silence without a frame or a pong, after which it is closed
 * @param switchWithin how long an agent that knows {@code switch} has to move by itself
 */
public record ConnectionLimits(Duration firstFrame, Duration pingEvery, Duration silence, Duration switchWithin) {
    public static final ConnectionLimits DEFAULT = new ConnectionLimits(
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(1));
}
