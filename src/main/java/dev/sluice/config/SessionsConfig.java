package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Keys below {@code sluice.sessions}. */
public interface SessionsConfig {
    /** How long a session outlives its last connection. */
    @WithDefault("2m")
    Duration grace();

    /** Sessions that one node holds, those that wait for their client included. */
    @WithDefault("100000")
    @Min(1)
    @Max(10_000_000)
    int max();

    /** Subscriptions of one session. */
    @WithDefault("1000")
    @Min(1)
    @Max(100_000)
    int maxSubscriptions();

    /** Between two ping frames on a WebSocket. */
    @WithDefault("30s")
    Duration pingInterval();

    /** Nothing heard on a WebSocket for that long: closed. */
    @WithDefault("60s")
    Duration silence();

    /** How long an event stream stays open before its reader has to come back, and so acknowledges. */
    @WithDefault("5m")
    Duration streamAtMost();
}
