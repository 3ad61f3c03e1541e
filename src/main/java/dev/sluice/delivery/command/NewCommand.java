package dev.sluice.delivery.command;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way to acceptance.
 *
 * @param idempotency null where the caller named no key
 */
public record NewCommand(
        UUID id,
        UUID clusterId,
        String type,
        String payload,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Idempotency idempotency) {

    /**
     * @param tokenId whose key it is: keys of two tokens never meet
     * @param bodyHash SHA-256 of the request, lower-case hex: the same key with another body is a conflict
     */
    public record Idempotency(UUID tokenId, String key, String bodyHash) {}
}
