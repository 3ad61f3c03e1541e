package dev.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Call;
import dev.sluice.rollout.decision.Percentage;
import org.jspecify.annotations.Nullable;

/** Reads single fields of an operator's request, each with a clear complaint where it is not what it should be. */
final class Fields {
    /** Enough for a sentence and a link to an incident; audit rows are read by people. */
    private static final int MAX_REASON = 1_000;

    private static final String MODES = "websocket or polling";

    private Fields() {}

    /** The body, which must be an object: an array has no fields, and would be told that they are missing. */
    static JsonNode object(Call call) {
        JsonNode body = call.body();
        if (!body.isObject()) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "The body must be a JSON object.");
        }
        return body;
    }

    /** The field, null where it is absent or null. */
    static @Nullable JsonNode optional(JsonNode body, String field) {
        JsonNode value = body.get(field);
        return value == null || value.isNull() ? null : value;
    }

    static @Nullable String text(JsonNode body, String field) {
        JsonNode value = optional(body, field);
        if (value != null && !value.isTextual()) {
            throw SluiceException.invalid(field, "a string");
        }
        return value == null ? null : value.textValue();
    }

    static String requiredText(JsonNode body, String field) {
        String value = text(body, field);
        if (value == null || value.isBlank()) {
            throw SluiceException.missing(field);
        }
        return value;
    }

    static @Nullable Boolean flag(JsonNode body, String field) {
        JsonNode value = optional(body, field);
        if (value != null && !value.isBoolean()) {
            throw SluiceException.invalid(field, "true or false");
        }
        return value == null ? null : value.booleanValue();
    }

    /** A number, never a string: {@code "50"} would be a guess at what was meant. */
    static Percentage percentage(JsonNode body) {
        JsonNode value = optional(body, "percentage");
        if (value == null) {
            throw SluiceException.missing("percentage");
        }
        if (!value.isNumber()) {
            throw SluiceException.invalid("percentage", Percentage.ALLOWED);
        }
        try {
            return Percentage.of(value.decimalValue());
        } catch (IllegalArgumentException e) {
            throw SluiceException.invalid("percentage", Percentage.ALLOWED);
        }
    }

    static Mode mode(JsonNode body) {
        JsonNode value = optional(body, "mode");
        if (value == null) {
            throw SluiceException.missing("mode");
        }
        for (Mode mode : Mode.values()) {
            if (value.isTextual() && mode.wire().equals(value.textValue())) {
                return mode;
            }
        }
        throw SluiceException.invalid("mode", MODES);
    }

    /** Why an operator does it, as the audit log will show it; a blank one says nothing. */
    static @Nullable String reason(JsonNode body) {
        return reason(text(body, "reason"));
    }

    private static @Nullable String reason(@Nullable String reason) {
        if (reason == null || reason.isBlank()) {
            return null;
        }
        if (reason.length() > MAX_REASON) {
            throw SluiceException.invalid("reason", "at most %d characters long".formatted(MAX_REASON));
        }
        return reason;
    }

    /** The same for calls that may come without a body: {@code ?reason=}. */
    static @Nullable String reason(Call call) {
        String inBody = reason(object(call));
        return inBody != null ? inBody : reason(call.query("reason"));
    }
}
