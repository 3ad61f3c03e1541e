package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The application behind the gateway; without a URL nobody is asked or told. */
public interface UpstreamConfig extends WebhookConfig {
    /** {@code structured}: one JSON document; {@code binary}: attributes in headers. */
    @WithDefault("structured")
    Form form();

    /** How long the application may take to answer. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    @DurationMax(minutes = 1)
    Duration timeout();

    /** What becomes of a client that comes while the application does not answer. */
    @WithDefault("reject")
    OnTimeout onTimeout();

    /** How old an event of the outbox may become before it is given up. */
    @WithDefault("24h")
    @DurationMin(seconds = 1)
    Duration retryFor();

    /** Before the second try; twice as long before each further one. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration firstRetry();

    /** The longest pause between two tries. */
    @WithDefault("1m")
    @DurationMin(millis = 1)
    Duration longestRetry();

    /** Events under way at a time; of one client there is never more than one. */
    @WithDefault("16")
    @Min(1)
    @Max(1_000)
    int parallel();

    /** Events that may wait for the database. */
    @WithDefault("10000")
    @Min(1)
    @Max(1_000_000)
    int maxUnstored();

    enum Form {
        STRUCTURED,
        BINARY
    }

    enum OnTimeout {
        REJECT,
        ACCEPT
    }
}
