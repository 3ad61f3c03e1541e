package dev.sluice.delivery.session;

import java.time.Duration;

/**
 * The deadlines of a session.
 *
 * @param openTimeout how long a session may wait for its first attachment
 * @param grace how long it outlives its last one
 * @param stall how long an attached transport may refuse what is due
 */
public record SessionLimits(Duration openTimeout, Duration grace, Duration stall) {}
