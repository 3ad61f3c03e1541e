package dev.sluice.identity;

import dev.sluice.core.SluiceException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for when creating a token. Made only where it makes sense: the constructor fills in the default
 * workspace and refuses the rest.
 *
 * @param workspaceId null for the default, workspace 1; admin tokens are of all workspaces and name none
 * @param clusterId for agent tokens only
 */
public record NewToken(
        TokenKind kind,
        String name,
        @Nullable Integer workspaceId,
        @Nullable UUID clusterId,
        Set<String> scopes,
        @Nullable Instant expiresAt) {
    public static final int DEFAULT_WORKSPACE = 1;
    private static final int NAME_LENGTH = 200;

    /** @throws SluiceException {@code missing-field} or {@code invalid-field}, naming the field as the wire does */
    public NewToken {
        if (name.isBlank()) {
            throw SluiceException.missing("name");
        }
        if (name.length() > NAME_LENGTH || name.indexOf('\0') >= 0) {
            throw SluiceException.invalid("name", "at most %d characters of text".formatted(NAME_LENGTH));
        }
        if (kind == TokenKind.ADMIN && workspaceId != null) {
            throw SluiceException.invalid("workspace_id", "absent for an admin token");
        }
        if (workspaceId != null && workspaceId < 1) {
            throw SluiceException.invalid("workspace_id", "a positive number");
        }
        if (kind != TokenKind.AGENT && clusterId != null) {
            throw SluiceException.invalid("cluster_id", "absent for all but agent tokens");
        }
        if (kind != TokenKind.ADMIN && workspaceId == null) {
            workspaceId = DEFAULT_WORKSPACE;
        }
        scopes = Set.copyOf(scopes);
    }
}
