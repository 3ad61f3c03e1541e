package dev.sluice.store;

import dev.sluice.identity.StoredToken;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Tokens in the {@code token} table. */
@ApplicationScoped
class PgTokenStore implements TokenStore {
    private final Transactions transactions;

    PgTokenStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<List<StoredToken>> loadUsable(Instant now) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from TokenRow where revokedAt is null and (expiresAt is null or expiresAt > :now)",
                                TokenRow.class)
                        .setParameter("now", now)
                        .getResultList())
                .map(rows -> rows.stream().map(TokenRow::toStored).toList());
    }

    @Override
    public Uni<Void> insert(StoredToken token) {
        return transactions.run(session -> session.insert(TokenRow.of(token)));
    }

    @Override
    public Uni<Boolean> revoke(UUID id, Instant at) {
        return transactions
                .run(session -> session.createMutationQuery(
                                "update TokenRow set revokedAt = :at where id = :id and revokedAt is null")
                        .setParameter("at", at)
                        .setParameter("id", id)
                        .executeUpdate())
                .map(changed -> changed > 0);
    }

    @Override
    public Uni<List<Token>> list(int limit, int offset) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from TokenRow order by createdAt desc, id", TokenRow.class)
                        .setMaxResults(limit)
                        .setFirstResult(offset)
                        .getResultList())
                .map(rows -> rows.stream().map(TokenRow::toToken).toList());
    }
}
