package dev.sluice.config;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;

/** Keys below {@code sluice.rollout}. */
public interface RolloutConfig {
    /** Bucketing salt: another salt is another draw. */
    @WithDefault("sluice")
    String salt();

    /** {@code flagd}, {@code unleash}, {@code growthbook} or {@code launchdarkly}. */
    @WithDefault("flagd")
    String bucketing();

    /** Percent kept on polling even at 100 %, for comparison. */
    @WithDefault("0")
    @DecimalMin("0")
    @DecimalMax("100")
    BigDecimal holdback();

    /** Refusals without an HTTP request in between after which a client counts as unable to poll; 0 = never. */
    @WithDefault("3")
    @Min(0)
    @Max(1000)
    int cannotPollAfter();

    DrainConfig drain();

    GuardConfig guard();

    PlanConfig plan();

    /** Below {@code notify}, which no method can be called. */
    @WithName("notify")
    NotificationConfig notification();
}
