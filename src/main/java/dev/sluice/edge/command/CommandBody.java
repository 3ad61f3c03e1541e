package dev.sluice.edge.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.NewCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/** Reads the body of a new command. */
record CommandBody(String type, String payload, Duration ttl, @Nullable String idempotencyKey) {
    private static final int MAX_TEXT = 255;
    private static final Duration MAX_TTL = Duration.ofDays(30);

    /** @throws SluiceException naming the field that is wrong */
    static CommandBody read(JsonNode body, Duration defaultTtl, int maxPayload) {
        String type = text(body, "type");
        if (type == null || type.isBlank()) {
            throw SluiceException.missing("type");
        }
        JsonNode given = body.get("payload");
        String payload = given == null || given.isNull() ? "{}" : given.toString();
        if (payload.getBytes(StandardCharsets.UTF_8).length > maxPayload) {
            throw new SluiceException(
                    ProblemCode.BODY_TOO_LARGE, "payload must be at most %d bytes long".formatted(maxPayload));
        }
        String key = text(body, "idempotency_key");
        if (key != null && key.isBlank()) {
            throw SluiceException.invalid("idempotency_key", "a text that is not blank");
        }
        return new CommandBody(type, payload, ttl(body.get("ttl_seconds"), defaultTtl), key);
    }

    private static @Nullable String text(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw SluiceException.invalid(field, "a string");
        }
        String text = value.textValue();
        if (text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid(
                    field, "at most %d characters long, without control characters".formatted(MAX_TEXT));
        }
        return text;
    }

    private static Duration ttl(@Nullable JsonNode value, Duration absent) {
        if (value == null || value.isNull()) {
            return absent;
        }
        boolean whole = value.isIntegralNumber() && value.canConvertToLong();
        if (!whole || value.longValue() < 1 || value.longValue() > MAX_TTL.toSeconds()) {
            throw SluiceException.invalid("ttl_seconds", "a whole number from 1 to %d".formatted(MAX_TTL.toSeconds()));
        }
        return Duration.ofSeconds(value.longValue());
    }

    NewCommand command(UUID clusterId, UUID tokenId, Instant now) {
        NewCommand.Idempotency idempotency =
                idempotencyKey == null ? null : new NewCommand.Idempotency(tokenId, idempotencyKey, hash(clusterId));
        return new NewCommand(UUID.randomUUID(), clusterId, type, payload, now, now.plus(ttl), idempotency);
    }

    private String hash(UUID clusterId) {
        return DigestUtils.sha256Hex("%s\n%s\n%s\n%d".formatted(clusterId, type, payload, ttl.toSeconds()));
    }
}
