package dev.sluice.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the JWTs of application users are checked; without secret and URL none is accepted. */
public interface JwtConfig {
    /** The secret shared with the application, for HS256, HS384 and HS512. */
    Optional<String> secret();

    /** Where the application's identity provider publishes its keys. */
    Optional<String> jwksUrl();

    /** How often they are fetched; sooner where a JWT names a key that is not known. */
    @WithDefault("10m")
    Duration jwksRefresh();

    /** How far clocks may differ. */
    @WithDefault("30s")
    Duration clockSkew();

    /** What {@code iss} must be; absent: anything. */
    Optional<String> issuer();

    /** What {@code aud} must contain; absent: anything. */
    Optional<String> audience();
}
