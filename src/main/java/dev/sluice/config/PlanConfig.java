package dev.sluice.config;

import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The staged plan. */
public interface PlanConfig {
    /** Rising percentages, e.g. {@code 10,25,50,75,100}; absent: no plan. */
    Optional<List<BigDecimal>> steps();

    /** How long a step lasts at least, from when clients have followed it. */
    @WithDefault("24h")
    Duration bake();
}
