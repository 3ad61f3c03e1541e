package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * Something to be published.
 *
 * @param data JSON text, or binary
 * @param conflationKey under the {@code conflate} policy a newer one replaces an unsent one with the same key; null for
 *     the event's name
 * @param except a session that does not get it: the one that said it, where its protocol wants that
 * @param idempotency null where a repeat is another publication
 */
public record NewPublication(
        ChannelName channel,
        String event,
        Payload data,
        @Nullable String conflationKey,
        @Nullable SessionId except,
        @Nullable Idempotency idempotency) {

    /**
     * @param owner whose key it is; keys of different owners never meet
     * @param key lives 24 h
     * @param digest of what was published, so that the same key with something else is told apart
     */
    public record Idempotency(String owner, String key, String digest) {}
}
