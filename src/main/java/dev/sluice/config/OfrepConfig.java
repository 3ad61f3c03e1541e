package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** The stream of changes beside the remote evaluation of flags. */
public interface OfrepConfig {
    /** Streams open at once on this node; beyond it providers are told to ask by themselves. */
    @WithDefault("10000")
    @Min(0)
    @Max(1_000_000)
    int maxStreams();

    /** Over which time the streams are told of a change, so that not everybody asks at once. */
    @WithDefault("2s")
    Duration spread();

    /** Between two comments that keep a quiet stream open; below the shortest idle time of any proxy. */
    @WithDefault("15s")
    Duration heartbeat();
}
