package dev.sluice.identity;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A credential's public half: everything about it but the secret.
 *
 * @param workspaceId the workspace its holder lives in; null for one of all workspaces (admin)
 * @param clusterId for agent tokens: the only cluster it may touch, null for every cluster of the workspace
 * @param scopes what an agent token may do beyond its clusters' data; empty means everything its kind may do
 */
public record Token(
        UUID id,
        TokenKind kind,
        String name,
        @Nullable Integer workspaceId,
        @Nullable UUID clusterId,
        Set<String> scopes,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    public Token {
        scopes = Set.copyOf(scopes);
    }

    /** Whether it may be used at {@code now}. */
    public boolean usableAt(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /** Whether it may act in that workspace. */
    public boolean coversWorkspace(int workspace) {
        return workspaceId == null || workspaceId == workspace;
    }
}
