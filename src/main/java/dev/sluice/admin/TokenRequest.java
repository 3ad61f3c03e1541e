package dev.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.NewToken;
import dev.sluice.identity.TokenKind;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the body of a new token; {@link NewToken} checks what the fields mean together. */
final class TokenRequest {
    private static final int MAX_SCOPES = 50;
    private static final int MAX_SCOPE = 100;
    private static final Pattern SCOPE = Pattern.compile("[!-~]{1,%d}".formatted(MAX_SCOPE));
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** Java's parser takes years of up to nine digits and times without seconds, which RFC 3339 does not know. */
    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private TokenRequest() {}

    /** @throws SluiceException {@code missing-field} or {@code invalid-field}, naming the field */
    static NewToken read(JsonNode body) {
        return new NewToken(kind(body), name(body), workspaceId(body), clusterId(body), scopes(body), expiresAt(body));
    }

    private static TokenKind kind(JsonNode body) {
        String text = Fields.requiredText(body, "kind");
        for (TokenKind kind : TokenKind.values()) {
            if (kind.wire().equals(text)) {
                return kind;
            }
        }
        throw SluiceException.invalid("kind", "one of admin, operator, publisher, agent");
    }

    /** It stands in audit rows and logs, where a line break would be a forged line. */
    private static String name(JsonNode body) {
        String name = Fields.requiredText(body, "name");
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid("name", "free of control characters");
        }
        return name;
    }

    private static @Nullable Integer workspaceId(JsonNode body) {
        JsonNode value = Fields.optional(body, "workspace_id");
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw SluiceException.invalid("workspace_id", "a positive number");
        }
        return value.intValue();
    }

    private static @Nullable UUID clusterId(JsonNode body) {
        String text = Fields.text(body, "cluster_id");
        if (text == null) {
            return null;
        }
        if (!UUID_FORM.matcher(text).matches()) {
            throw SluiceException.invalid("cluster_id", "a UUID");
        }
        return UUID.fromString(text);
    }

    private static Set<String> scopes(JsonNode body) {
        JsonNode value = Fields.optional(body, "scopes");
        if (value == null) {
            return Set.of();
        }
        if (!value.isArray() || value.size() > MAX_SCOPES) {
            throw scopesAreNot();
        }
        Set<String> scopes = new LinkedHashSet<>();
        for (JsonNode scope : value) {
            if (!scope.isTextual() || !SCOPE.matcher(scope.textValue()).matches()) {
                throw scopesAreNot();
            }
            scopes.add(scope.textValue());
        }
        return scopes;
    }

    private static SluiceException scopesAreNot() {
        return SluiceException.invalid(
                "scopes",
                "a list of at most %d words of at most %d characters, such as cluster:register"
                        .formatted(MAX_SCOPES, MAX_SCOPE));
    }

    private static @Nullable Instant expiresAt(JsonNode body) {
        String text = Fields.text(body, "expires_at");
        if (text == null) {
            return null;
        }
        try {
            if (RFC_3339.matcher(text).matches()) {
                return OffsetDateTime.parse(text).toInstant();
            }
        } catch (DateTimeParseException e) {
            // Told below, together with what is of another form altogether.
        }
        throw SluiceException.invalid("expires_at", "an RFC 3339 time, such as 2030-01-31T12:00:00Z");
    }
}
