package dev.sluice.identity;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Tokens in a list, for unit tests. */
final class MemoryTokenStore implements TokenStore {
    final List<StoredToken> rows = new ArrayList<>();

    @Override
    public Uni<List<StoredToken>> loadUsable(Instant now) {
        return Uni.createFrom()
                .item(() ->
                        rows.stream().filter(row -> row.token().usableAt(now)).toList());
    }

    @Override
    public Uni<Void> insert(StoredToken token) {
        return Uni.createFrom().item(() -> rows.add(token)).replaceWithVoid();
    }

    @Override
    public Uni<Boolean> revoke(UUID id, Instant at) {
        return Uni.createFrom().item(() -> {
            for (int i = 0; i < rows.size(); i++) {
                Token old = rows.get(i).token();
                if (old.id().equals(id) && old.revokedAt() == null) {
                    rows.set(i, new StoredToken(revoked(old, at), rows.get(i).secretHash()));
                    return true;
                }
            }
            return false;
        });
    }

    private static Token revoked(Token old, Instant at) {
        return new Token(
                old.id(),
                old.kind(),
                old.name(),
                old.workspaceId(),
                old.clusterId(),
                old.scopes(),
                old.createdAt(),
                old.expiresAt(),
                at);
    }

    @Override
    public Uni<List<Token>> list(int limit, int offset) {
        return Uni.createFrom().item(() -> {
            List<Token> all =
                    new ArrayList<>(rows.stream().map(StoredToken::token).toList());
            Collections.reverse(all);
            return all.stream().skip(offset).limit(limit).toList();
        });
    }
}
