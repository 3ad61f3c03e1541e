package dev.sluice.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Keys below {@code sluice.limits}. */
public interface LimitsConfig {
    /** Open connections with one token. */
    @WithDefault("10000")
    @Min(1)
    @Max(10_000_000)
    int connectionsPerToken();

    /** Open connections from one address; absent: no limit. */
    Optional<Integer> connectionsPerAddress();

    /** Messages of one client, polling and WebSocket alike; bursts of twice that. */
    @WithDefault("100")
    @Min(1)
    @Max(1_000_000)
    int messagesPerSecond();

    /** Requests of one unauthenticated address; bursts of twice that. */
    @WithDefault("100")
    @Min(1)
    @Max(1_000_000)
    int requestsPerSecond();

    /** Longest message. */
    @WithDefault("1M")
    MemorySize message();

    /** Longest request body. */
    @WithDefault("10M")
    MemorySize body();

    /** How long the head of a request may take, and how long a connection may stay without one. */
    @WithDefault("60s")
    Duration requestTimeout();

    /** How long a request's body may take: shorter than the listener waits for a byte, so that its sender is told. */
    @WithDefault("30s")
    Duration bodyTimeout();
}
