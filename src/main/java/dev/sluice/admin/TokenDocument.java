package dev.sluice.admin;

import dev.sluice.identity.Token;
import dev.sluice.identity.TokenBook.Issued;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A token as operators see it. */
final class TokenDocument {
    private TokenDocument() {}

    /** With its secret, in the one answer that ever carries it. */
    static Map<String, @Nullable Object> issued(Issued issued) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", issued.token().id());
        document.put("token", issued.secret());
        putRest(document, issued.token());
        return document;
    }

    /** Without. */
    static Map<String, @Nullable Object> listed(Token token) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", token.id());
        putRest(document, token);
        if (token.revokedAt() != null) {
            document.put("revoked_at", token.revokedAt());
        }
        return document;
    }

    private static void putRest(Map<String, @Nullable Object> document, Token token) {
        document.put("kind", token.kind().wire());
        document.put("name", token.name());
        document.put("workspace_id", token.workspaceId());
        document.put("cluster_id", token.clusterId());
        document.put("scopes", new TreeSet<>(token.scopes()));
        document.put("created_at", kept(token.createdAt()));
        document.put("expires_at", kept(token.expiresAt()));
    }

    /** The database keeps microseconds; the first answer must not differ from the listings after it. */
    private static @Nullable Instant kept(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
    }
}
