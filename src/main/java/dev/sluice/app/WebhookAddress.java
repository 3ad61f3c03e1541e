package dev.sluice.app;

import dev.sluice.config.WebhookConfig;
import dev.sluice.webhook.WebhookTarget;
import java.time.Duration;

/** Reads where events are sent to. */
final class WebhookAddress {
    private WebhookAddress() {}

    /**
     * @param prefix of the keys, for whoever has to correct them
     * @param keys with a URL
     */
    static WebhookTarget of(String prefix, WebhookConfig keys, Duration timeout) {
        try {
            return WebhookTarget.of(
                    keys.url().orElseThrow(),
                    keys.authorization().orElse(null),
                    keys.secret().orElse(null),
                    timeout);
        } catch (IllegalArgumentException e) {
            throw new RefusedToStart("%s: the url must be %s, the secret whsec_ and a key in base64 or any other text."
                    .formatted(prefix, WebhookTarget.ALLOWED));
        }
    }
}
