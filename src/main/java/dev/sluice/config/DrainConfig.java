package dev.sluice.config;

import dev.sluice.rollout.drain.DrainOrder;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Keys below {@code sluice.rollout.drain}. */
public interface DrainConfig {
    /**
     * Over which time clients that have to move are spread; a rollback and a kill switch take 4 s at most.
     * 0: as fast as the rate allows.
     */
    @WithDefault("4s")
    @DurationMin(millis = 0)
    @DurationMax(hours = 1)
    Duration spread();

    /** Whom to move first: {@code last-in-first-out} or {@code random}. */
    @WithDefault("last-in-first-out")
    DrainOrder order();

    /** Clients told in a second at most, on this node; a rollback never goes below 500. */
    @WithDefault("2000")
    @Min(1)
    @Max(1_000_000)
    int maxPerSecond();

    /** How late polls may be answered before a lowering by hand waits for them; 0 = it never waits. */
    @WithDefault("250ms")
    @DurationMin(millis = 0)
    @DurationMax(minutes = 1)
    Duration pauseAbove();
}
