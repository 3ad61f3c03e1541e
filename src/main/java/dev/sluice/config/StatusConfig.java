package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Pipelines and the status pages that show them. */
public interface StatusConfig {
    /** Silent for that long, a pipeline is shown as stale. */
    @WithDefault("2m")
    @DurationMin(seconds = 1)
    Duration staleAfter();

    /** Pipelines beyond which new ones are refused. */
    @WithDefault("1000")
    @Min(1)
    @Max(100_000)
    int maxPipelines();

    /** A pipeline that is listed before it is heard of; {@code RAG_PIPELINE_ID} says the same. */
    Optional<String> pipelineId();

    /** How long a client that polls may keep {@code /api/rag-status}. */
    @WithDefault("2s")
    @DurationMin(seconds = 0)
    Duration maxAge();

    /** The same for a client that has the WebSocket, and hears of changes there. */
    @WithDefault("30s")
    @DurationMin(seconds = 0)
    Duration maxAgeWithWebsocket();
}
