package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** Keys below {@code sluice.ingress}. */
public interface IngressConfig {
    /** The data plane listener; reserved for the ingress gateway, which this version does not start. */
    @WithDefault("8081")
    @Min(-1)
    @Max(65535)
    int port();
}
