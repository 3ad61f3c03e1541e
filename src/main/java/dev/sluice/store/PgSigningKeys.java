package dev.sluice.store;

import dev.sluice.identity.SigningKeys;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** Keys in the {@code signing_key} table. */
@ApplicationScoped
class PgSigningKeys implements SigningKeys {
    private final Transactions transactions;
    private final InstantSource clock;

    PgSigningKeys(Transactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Uni<byte[]> obtain(String name, byte[] fresh) {
        return transactions.run(session -> session.createNativeQuery(
                        "insert into signing_key (name, secret, created_at) values (:name, :secret, :at)"
                                + " on conflict (name) do nothing")
                .setParameter("name", name)
                .setParameter("secret", fresh)
                .setParameter("at", clock.instant())
                .executeUpdate()
                .chain(done -> session.get(SigningKeyRow.class, name))
                .map(row -> row.secret));
    }
}
