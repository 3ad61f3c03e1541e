package dev.sluice.store;

import dev.sluice.status.Pipeline;
import dev.sluice.status.Pipeline.LastEvent;
import dev.sluice.status.PipelineStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pipelines in the {@code pipeline} table. */
@ApplicationScoped
class PgPipelineStore implements PipelineStore {
    /** The latest word counts, whichever of two that come at once is written last. */
    private static final String REPORT =
            """
            insert into pipeline (id, name, status, progress, detail, reported_at)
            values (:id, :name, :status, cast(cast(:progress as text) as double precision), cast(:detail as text), :at)
            on conflict (id) do update
               set name = excluded.name, status = excluded.status, progress = excluded.progress,
                   detail = excluded.detail, reported_at = excluded.reported_at
             where pipeline.reported_at is null or pipeline.reported_at <= excluded.reported_at
            """;

    private static final String EVENT =
            """
            insert into pipeline (id, name, status, event, event_file, event_progress, event_at)
            values (:id, :name, :status, :event, cast(:file as text),
                    cast(cast(:progress as text) as double precision), :at)
            on conflict (id) do update
               set event = excluded.event, event_file = excluded.event_file,
                   event_progress = excluded.event_progress, event_at = excluded.event_at
             where pipeline.event_at is null or pipeline.event_at <= excluded.event_at
            """;

    private static final String LATEST_FIRST =
            "select * from pipeline order by greatest(reported_at, event_at) desc, id";

    private final Transactions transactions;

    PgPipelineStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<List<Pipeline>> load(int limit) {
        return transactions
                .run(session -> session.createNativeQuery(LATEST_FIRST, PipelineRow.class)
                        .setMaxResults(limit)
                        .getResultList())
                .map(rows -> rows.stream().map(PipelineRow::toPipeline).toList());
    }

    @Override
    public Uni<Void> saveReport(Pipeline pipeline) {
        return transactions
                .run(session -> session.createNativeQuery(REPORT)
                        .setParameter("id", pipeline.id())
                        .setParameter("name", pipeline.name())
                        .setParameter("status", pipeline.status())
                        .setParameter("progress", text(pipeline.progress()))
                        .setParameter("detail", pipeline.detail())
                        .setParameter("at", pipeline.reportedAt())
                        .executeUpdate())
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> saveEvent(Pipeline pipeline) {
        LastEvent event = Objects.requireNonNull(pipeline.lastEvent());
        return transactions
                .run(session -> session.createNativeQuery(EVENT)
                        .setParameter("id", pipeline.id())
                        .setParameter("name", pipeline.name())
                        .setParameter("status", pipeline.status())
                        .setParameter("event", event.event())
                        .setParameter("file", event.file())
                        .setParameter("progress", text(event.progress()))
                        .setParameter("at", event.at())
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** A null has no type that PostgreSQL could tell, unless it comes as text. */
    private static @Nullable String text(@Nullable Double number) {
        return number == null ? null : number.toString();
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
