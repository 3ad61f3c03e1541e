package dev.sluice.store;

import dev.sluice.delivery.upstream.OutboxStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What waits to be told, in the {@code outbox} table. */
@ApplicationScoped
class PgOutboxStore implements OutboxStore {
    private static final String APPEND =
            """
            insert into outbox (client, event, next_at, created_at)
            select x.client, x.event, x.created_at, x.created_at
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(
                       client text, event text, created_at timestamptz)
            """;

    /** Only the oldest of each client: the others come after it. */
    private static final String DUE =
            """
            select o from OutboxRow o
             where o.nextAt <= :now
               and not exists (select 1 from OutboxRow before where before.client = o.client and before.id < o.id)
             order by o.nextAt, o.id
            """;

    private final Transactions transactions;

    PgOutboxStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<Void> append(List<NewEntry> entries) {
        return transactions.run(session -> session.createNativeQuery(APPEND)
                .setParameter("rows", Json.rows(entries, PgOutboxStore::row))
                .executeUpdate()
                .replaceWithVoid());
    }

    private static Map<String, @Nullable Object> row(NewEntry entry) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("client", Json.clean(entry.client()));
        row.put("event", Json.clean(entry.event()));
        row.put("created_at", Json.time(entry.createdAt()));
        return row;
    }

    @Override
    public Uni<List<Entry>> due(Instant now, int limit) {
        return transactions
                .run(session -> session.createSelectionQuery(DUE, OutboxRow.class)
                        .setParameter("now", now)
                        .setMaxResults(limit)
                        .getResultList())
                .map(rows -> rows.stream().map(OutboxRow::toEntry).toList());
    }

    @Override
    public Uni<Void> remove(List<Long> ids) {
        return transactions.run(session -> session.createMutationQuery("delete from OutboxRow where id in :ids")
                .setParameter("ids", ids)
                .executeUpdate()
                .replaceWithVoid());
    }

    @Override
    public Uni<Void> postpone(long id, int attempts, Instant next) {
        return transactions.run(session -> session.createMutationQuery(
                        "update OutboxRow set attempts = :attempts, nextAt = :next where id = :id")
                .setParameter("attempts", attempts)
                .setParameter("next", next)
                .setParameter("id", id)
                .executeUpdate()
                .replaceWithVoid());
    }

    @Override
    public Uni<Long> count() {
        return transactions.run(session -> session.createSelectionQuery("select count(*) from OutboxRow", Long.class)
                .getSingleResult());
    }
}
