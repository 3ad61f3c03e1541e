package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Who is told of verdicts and of the ceiling. */
public interface NotificationConfig extends WebhookConfig {
    /** How long one try may take. */
    @WithDefault("10s")
    Duration timeout();

    /** Tries for one event, the first included. */
    @WithDefault("8")
    @Min(1)
    @Max(100)
    int attempts();

    /** Before the second try; twice as long before each further one. */
    @WithDefault("1s")
    Duration firstRetry();

    /** The longest pause between two tries. */
    @WithDefault("1m")
    Duration longestRetry();

    /** Events that may wait; beyond it the oldest is dropped. */
    @WithDefault("1000")
    @Min(1)
    @Max(100_000)
    int maxWaiting();
}
