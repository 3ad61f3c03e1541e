package dev.sluice.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.EventData;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import org.jspecify.annotations.Nullable;

/** Reads single fields of a payload, each with a clear complaint where it is not what it should be. */
public final class Fields {
    private Fields() {}

    public static String requiredText(JsonNode payload, String field, int maxLength) {
        String value = optionalText(payload, field, maxLength);
        if (value == null || value.isBlank()) {
            throw SluiceException.missing(field);
        }
        return value;
    }

    public static @Nullable String optionalText(JsonNode payload, String field, int maxLength) {
        JsonNode value = payload.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw SluiceException.invalid(field, "a string");
        }
        return bounded(field, value.textValue(), maxLength);
    }

    public static String bounded(String field, String value, int maxLength) {
        if (value.length() > maxLength) {
            throw SluiceException.invalid(field, "at most %d characters long".formatted(maxLength));
        }
        // Control characters have no place in a name, and PostgreSQL refuses one of them.
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid(field, "free of control characters");
        }
        return value;
    }

    /** What the event carries, as {@link EventData#of} says. */
    public static Payload eventData(JsonNode event, String at) {
        JsonNode json = event.get(EventData.JSON);
        JsonNode binary = event.get(EventData.BINARY);
        if (binary != null && !binary.isNull() && !binary.isTextual()) {
            throw EventData.notBase64(at);
        }
        return EventData.of(json == null ? null : json.toString(), binary == null ? null : binary.textValue(), at);
    }

    public static boolean flag(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw SluiceException.invalid(field, "true or false");
        }
        return value.booleanValue();
    }

    public static @Nullable JsonNode optionalObject(JsonNode payload, String field) {
        JsonNode value = payload.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isObject()) {
            throw SluiceException.invalid(field, "an object");
        }
        return value;
    }
}
