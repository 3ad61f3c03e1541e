package dev.sluice.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Keys below {@code sluice.shutdown}. */
public interface ShutdownConfig {
    /**
     * How long the way down may take: half of it to tell every client, some to see them leave, the rest to write
     * what was heard. The orchestrator must allow more.
     */
    @WithDefault("10s")
    @DurationMin(seconds = 1)
    @DurationMax(minutes = 10)
    Duration grace();
}
