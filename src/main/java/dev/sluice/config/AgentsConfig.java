package dev.sluice.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Keys below {@code sluice.agents}. */
public interface AgentsConfig {
    /** What polling agents are told as {@code poll_interval_seconds}. */
    @WithDefault("30s")
    Duration pollInterval();

    /** How long an agent's session outlives its last connection or poll. */
    @WithDefault("10m")
    Duration grace();

    /** How long a WebSocket may take to register. */
    @WithDefault("10s")
    Duration firstFrame();

    /** Between two ping frames. */
    @WithDefault("30s")
    Duration pingInterval();

    /** Nothing heard for that long: closed. */
    @WithDefault("60s")
    Duration silence();

    /** How often beats are written. */
    @WithDefault("10s")
    Duration saveBeatsEvery();
}
