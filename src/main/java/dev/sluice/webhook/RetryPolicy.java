package dev.sluice.webhook;

import java.time.Duration;

/**
 * How often one event is tried and how long in between: twice as long each time, half more or less at random.
 *
 * @param attempts the first one included, 1 or more
 * @param first before the second try
 * @param most before any
 */
public record RetryPolicy(int attempts, Duration first, Duration most) {}
