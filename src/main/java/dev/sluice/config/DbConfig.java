package dev.sluice.config;

import java.util.Optional;

/** The database; also read by main before the configuration exists. */
public interface DbConfig {
    /** {@code postgresql://host:port/db}; absent: an embedded PostgreSQL. */
    Optional<String> url();

    Optional<String> user();

    Optional<String> password();
}
