package dev.sluice.store;

import dev.sluice.identity.StoredToken;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "token")
class TokenRow {
    @Id
    UUID id;

    @Column(name = "secret_hash", columnDefinition = "text")
    String secretHash;

    @Column(columnDefinition = "text")
    String kind;

    @Column(columnDefinition = "text")
    String name;

    @Column(name = "workspace_id")
    @Nullable
    Integer workspaceId;

    @Column(name = "cluster_id")
    @Nullable
    UUID clusterId;

    @Column(columnDefinition = "text")
    String scopes;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "expires_at")
    @Nullable
    Instant expiresAt;

    @Column(name = "revoked_at")
    @Nullable
    Instant revokedAt;

    static TokenRow of(StoredToken stored) {
        Token token = stored.token();
        TokenRow row = new TokenRow();
        row.id = token.id();
        row.secretHash = stored.secretHash();
        row.kind = token.kind().wire();
        row.name = token.name();
        row.workspaceId = token.workspaceId();
        row.clusterId = token.clusterId();
        row.scopes = Json.text(token.scopes());
        row.createdAt = token.createdAt();
        row.expiresAt = token.expiresAt();
        row.revokedAt = token.revokedAt();
        return row;
    }

    Token toToken() {
        return new Token(
                id,
                TokenKind.valueOf(kind.toUpperCase(Locale.ROOT)),
                name,
                workspaceId,
                clusterId,
                Set.copyOf(Json.list(scopes)),
                createdAt,
                expiresAt,
                revokedAt);
    }

    StoredToken toStored() {
        return new StoredToken(toToken(), secretHash);
    }
}
