package dev.sluice.protocol.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.protocol.json.Fields;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads what an agent reports of a command: the payload of {@code command_result} and the HTTP result's body. */
public final class ResultReader {
    private ResultReader() {}

    /** @throws SluiceException naming the field that is wrong */
    public static CommandResult read(JsonNode payload) {
        JsonNode success = payload.get("success");
        if (success == null || success.isNull()) {
            throw SluiceException.missing("success");
        }
        if (!success.isBoolean()) {
            throw SluiceException.invalid("success", "true or false");
        }
        return new CommandResult(
                success.booleanValue(),
                json(payload.get("output")),
                error(payload.get("error")),
                json(Fields.optionalObject(payload, "metadata")),
                timestamp(payload.get("timestamp")));
    }

    private static @Nullable String json(@Nullable JsonNode value) {
        return value == null || value.isNull() ? null : value.toString();
    }

    private static @Nullable String error(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        // An agent's error may be any text; the one character that PostgreSQL cannot keep is shown as replaced.
        return value.isTextual() ? value.textValue().replace('\0', '\uFFFD') : value.toString();
    }

    private static @Nullable Instant timestamp(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value.asText()).toInstant();
        } catch (DateTimeParseException e) {
            throw SluiceException.invalid("timestamp", "an RFC 3339 time");
        }
    }
}
