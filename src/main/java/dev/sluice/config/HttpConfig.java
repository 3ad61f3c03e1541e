package dev.sluice.config;

import java.util.List;
import java.util.Optional;

/** Keys below {@code sluice.http}. */
public interface HttpConfig {
    /** CIDRs of proxies whose {@code X-Forwarded-*} headers are believed. */
    Optional<List<String>> trustedProxies();

    /** Browser origins besides the gateway's own; {@code *} allows every one. */
    Optional<List<String>> allowedOrigins();
}
