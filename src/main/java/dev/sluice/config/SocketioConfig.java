package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Socket.IO clients. */
public interface SocketioConfig {
    /** Where they connect. */
    @WithDefault("/socket.io")
    @Pattern(regexp = "/[^/].*[^/]")
    String path();

    /** Namespaces that exist besides {@code /}. */
    @WithDefault("/pipelines")
    List<@Pattern(regexp = "/[^/,?;].*") String> namespaces();

    /** How long a connection may take to connect to its first namespace. */
    @WithDefault("45s")
    @DurationMin(millis = 100)
    @DurationMax(minutes = 10)
    Duration connectTimeout();

    /** Whether clients may come back to where they were (connection state recovery). */
    @WithDefault("true")
    boolean recovery();

    /** Name of a cookie with the connection's id, for balancers; absent: none. */
    Optional<@Pattern(regexp = "[A-Za-z0-9_-]+") String> cookie();

    /** Origins whose pages may connect, beside {@code sluice.http.allowed-origins}; {@code *}: all. */
    Optional<List<String>> corsOrigin();
}
