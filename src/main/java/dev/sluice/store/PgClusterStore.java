package dev.sluice.store;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.fleet.Beat;
import dev.sluice.fleet.Cluster;
import dev.sluice.fleet.ClusterStore;
import dev.sluice.fleet.Registration;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny.SelectionQuery;
import org.jspecify.annotations.Nullable;

/** Clusters in the {@code cluster} table. */
@ApplicationScoped
class PgClusterStore implements ClusterStore {
    private static final String NAME_KEY = "cluster_name_key";

    private static final String REGISTER =
            """
            insert into cluster (id, workspace_id, agent_id, name, supports_switch, supports_polling, refuses_polling,
                                 labels, details, registered_at)
            values (:id, :workspace, :agent, :name, :switch, :polling, :refuses, :labels, :details, :now)
            on conflict (workspace_id, agent_id) do update
               set name = excluded.name, supports_switch = excluded.supports_switch,
                   supports_polling = excluded.supports_polling, refuses_polling = excluded.refuses_polling,
                   labels = excluded.labels, details = excluded.details
            returning id
            """;

    /** The same cluster may stand in the batch twice; an update would then take either. */
    private static final String BEATS =
            """
            update cluster c
               set last_seen_at = greatest(c.last_seen_at, b.seen),
                   last_http_at = greatest(c.last_http_at, b.http),
                   settles_commands = c.settles_commands or b.settles
              from (select id, max(seen) as seen, max(http) as http, bool_or(settles) as settles
                      from jsonb_to_recordset(cast(cast(:beats as text) as jsonb))
                           as x(id uuid, seen timestamptz, http timestamptz, settles boolean)
                     group by id) b
             where c.id = b.id
            """;

    private final Transactions transactions;

    PgClusterStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<List<Cluster>> load(int limit) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from ClusterRow order by lastSeenAt desc nulls last, id", ClusterRow.class)
                        .setMaxResults(limit)
                        .getResultList())
                .map(PgClusterStore::clusters);
    }

    @Override
    public Uni<@Nullable Cluster> find(UUID id) {
        return one("from ClusterRow where id = :id", Map.of("id", id));
    }

    @Override
    public Uni<@Nullable Cluster> findByAgent(int workspaceId, String agentId) {
        return one(
                "from ClusterRow where workspaceId = :workspace and agentId = :agent",
                Map.of("workspace", workspaceId, "agent", agentId));
    }

    private Uni<@Nullable Cluster> one(String query, Map<String, Object> parameters) {
        return transactions
                .run(session -> {
                    SelectionQuery<ClusterRow> selection = session.createSelectionQuery(query, ClusterRow.class);
                    parameters.forEach(selection::setParameter);
                    return selection.getSingleResultOrNull();
                })
                .map(row -> row == null ? null : row.toCluster());
    }

    /**
     * Of two first registrations of one agent at the same moment the later may run into the name before it sees the
     * agent. A second look settles it: then the agent is there, and a name still taken is somebody else's.
     */
    @Override
    public Uni<Cluster> register(Registration registration, UUID proposedId, Instant now) {
        return registerOnce(registration, proposedId, now)
                .onFailure(failure -> Failures.violates(failure, NAME_KEY))
                .retry()
                .atMost(1)
                .onFailure(failure -> Failures.violates(failure, NAME_KEY))
                .transform(failure -> new SluiceException(ProblemCode.NAME_TAKEN));
    }

    private Uni<Cluster> registerOnce(Registration registration, UUID proposedId, Instant now) {
        return transactions
                .run(session -> session.createNativeQuery(REGISTER, UUID.class)
                        .setParameter("id", proposedId)
                        .setParameter("workspace", registration.workspaceId())
                        .setParameter("agent", registration.agentId())
                        .setParameter("name", registration.name())
                        .setParameter("switch", registration.features().supportsSwitch())
                        .setParameter("polling", registration.features().supportsPolling())
                        .setParameter("refuses", registration.features().refusesPolling())
                        .setParameter("labels", Json.text(registration.labels()))
                        .setParameter("details", registration.details())
                        .setParameter("now", now)
                        .getSingleResult()
                        .chain(id -> session.get(ClusterRow.class, id)))
                .map(ClusterRow::toCluster);
    }

    @Override
    public Uni<Void> saveBeats(Collection<Beat> beats) {
        if (beats.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        String rows = Json.rows(beats, PgClusterStore::row);
        return transactions
                .run(session -> session.createNativeQuery(BEATS)
                        .setParameter("beats", rows)
                        .executeUpdate())
                .replaceWithVoid();
    }

    private static Map<String, @Nullable Object> row(Beat beat) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("id", beat.clusterId().toString());
        row.put("seen", Json.time(beat.lastSeenAt()));
        row.put("http", Json.time(beat.lastHttpAt()));
        row.put("settles", beat.settlesCommands());
        return row;
    }

    @Override
    public Uni<List<Cluster>> list(@Nullable Integer workspaceId, int limit, int offset) {
        return transactions
                .run(session -> {
                    SelectionQuery<ClusterRow> selection = workspaceId == null
                            ? session.createSelectionQuery("from ClusterRow order by name, id", ClusterRow.class)
                            : session.createSelectionQuery(
                                            "from ClusterRow where workspaceId = :workspace order by name, id",
                                            ClusterRow.class)
                                    .setParameter("workspace", workspaceId);
                    return selection.setMaxResults(limit).setFirstResult(offset).getResultList();
                })
                .map(PgClusterStore::clusters);
    }

    private static List<Cluster> clusters(List<ClusterRow> rows) {
        return rows.stream().map(ClusterRow::toCluster).toList();
    }
}
