package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** What carries Socket.IO: heartbeat, upgrade, and how much a client may send at once. */
public interface EngineioConfig {
    /** From a pong to the next ping. */
    @WithDefault("25s")
    @DurationMin(millis = 100)
    @DurationMax(seconds = 50)
    Duration pingInterval();

    /** From a ping to giving up. */
    @WithDefault("20s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration pingTimeout();

    /** How long a WebSocket that probes may take to take over. */
    @WithDefault("10s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration upgradeTimeout();

    /** The longest message or body that a client may send, in bytes. */
    @WithDefault("1000000")
    @Min(1_000)
    @Max(100_000_000)
    int maxPayload();

    /** A path where every message is said back, to try clients, proxies and suites; absent: nowhere. */
    Optional<@Pattern(regexp = "/[^/].*[^/]") String> echoPath();
}
