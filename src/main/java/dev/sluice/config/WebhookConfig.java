package dev.sluice.config;

import java.util.Optional;

/** The keys of whoever is told something by CloudEvents over HTTP. */
public interface WebhookConfig {
    /** Where they go; absent: nobody is told. May hold a user and a password. */
    Optional<String> url();

    /** The whole {@code Authorization} header of each request. */
    Optional<String> authorization();

    /** Signs each request as Standard Webhooks say: {@code whsec_} and base64, or any text. */
    Optional<String> secret();
}
