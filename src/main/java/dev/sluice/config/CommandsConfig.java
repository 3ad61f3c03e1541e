package dev.sluice.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Keys below {@code sluice.commands}. */
public interface CommandsConfig {
    /** How long a delivered command may stay unacknowledged on a connection that stays. */
    @WithDefault("30s")
    Duration lease();

    /** How long a command lives where its caller named no time. */
    @WithDefault("24h")
    Duration ttl();

    /** Open commands of one cluster beyond which new ones are refused. */
    @WithDefault("10000")
    @Min(1)
    @Max(1_000_000)
    int maxOpen();

    /** The same in bytes. */
    @WithDefault("32M")
    MemorySize maxOpenBytes();

    /** Commands with changes that wait for the database, on the whole node. */
    @WithDefault("100000")
    @Min(1)
    @Max(10_000_000)
    int maxUnwritten();
}
