package dev.sluice.store;

import dev.sluice.status.Pipeline;
import dev.sluice.status.PipelineStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Pipelines in the {@code pipeline} table. */
@ApplicationScoped
class PgPipelineStore implements PipelineStore {
    /** The latest word counts, whichever of two that come at once is written last. */
    private static final String SAVE =
            """
            insert into pipeline (id, name, status, progress, detail, heard_at)
            values (:id, :name, :status, cast(cast(:progress as text) as double precision), cast(:detail as text), :heard)
            on conflict (id) do update
               set name = excluded.name, status = excluded.status, progress = excluded.progress,
                   detail = excluded.detail, heard_at = excluded.heard_at
             where pipeline.heard_at <= excluded.heard_at
            """;

    private final Transactions transactions;

    PgPipelineStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<List<Pipeline>> load(int limit) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from PipelineRow order by heardAt desc, id", PipelineRow.class)
                        .setMaxResults(limit)
                        .getResultList())
                .map(rows -> rows.stream().map(PgPipelineStore::pipeline).toList());
    }

    private static Pipeline pipeline(PipelineRow row) {
        return new Pipeline(row.id, row.name, row.status, row.progress, row.detail, row.heardAt);
    }

    @Override
    public Uni<Void> save(Pipeline pipeline) {
        return transactions
                .run(session -> session.createNativeQuery(SAVE)
                        .setParameter("id", pipeline.id())
                        .setParameter("name", pipeline.name())
                        .setParameter("status", pipeline.status())
                        .setParameter(
                                "progress",
                                pipeline.progress() == null
                                        ? null
                                        : pipeline.progress().toString())
                        .setParameter("detail", pipeline.detail())
                        .setParameter("heard", pipeline.heardAt())
                        .executeUpdate())
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> delete(String id) {
        return transactions
                .run(session -> session.createNativeQuery("delete from pipeline where id = :id")
                        .setParameter("id", id)
                        .executeUpdate())
                .replaceWithVoid();
    }
}
