package dev.sluice.store;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandChange;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.delivery.command.CommandStore;
import dev.sluice.delivery.command.NewCommand;
import dev.sluice.delivery.command.NewCommand.Idempotency;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny.SelectionQuery;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Commands in the {@code command} table, idempotency keys beside them. */
@ApplicationScoped
class PgCommandStore implements CommandStore {
    /** How long a key protects against a repeat; an older one counts as absent. */
    static final Duration KEY_LIFE = Duration.ofHours(24);

    private static final String OPEN = "('queued', 'delivered', 'acknowledged')";

    /** Waits for a transaction that holds the same key, so that of two equal requests one makes and one finds. */
    private static final String CLAIM_KEY =
            """
            insert into idempotency_key as k (token_id, key, body_hash, command_id, created_at)
            values (:token, :key, :hash, :command, :now)
            on conflict (token_id, key) do update
               set body_hash = excluded.body_hash, command_id = excluded.command_id, created_at = excluded.created_at
             where k.created_at <= :cutoff
            returning command_id
            """;

    private static final String ACCEPT =
            """
            with taken as (
                update cluster set last_command = last_command + 1 where id = :cluster returning id, last_command
            )
            insert into command (id, cluster_id, number, type, payload, created_at, expires_at, status, attempt)
            select cast(:id as uuid), taken.id, taken.last_command, cast(:type as text), cast(:payload as text),
                   cast(:created as timestamptz), cast(:expires as timestamptz), 'queued', 0
              from taken
            returning number
            """;

    private static final String APPLY =
            """
            update command c
               set status = case when array_position(o.steps, x.status) > array_position(o.steps, c.status)
                                 then x.status else c.status end,
                   attempt = coalesce(x.attempt, c.attempt),
                   delivered_at = coalesce(x.delivered_at, c.delivered_at),
                   acknowledged_at = coalesce(x.acknowledged_at, c.acknowledged_at),
                   finished_at = coalesce(x.finished_at, c.finished_at),
                   success = coalesce(x.success, c.success),
                   output = coalesce(x.output, c.output),
                   error = coalesce(x.error, c.error),
                   metadata = coalesce(x.metadata, c.metadata),
                   reported_at = coalesce(x.reported_at, c.reported_at)
              from jsonb_to_recordset(cast(cast(:changes as text) as jsonb)) as x(
                       id uuid, status text, attempt integer, delivered_at timestamptz, acknowledged_at timestamptz,
                       finished_at timestamptz, success boolean, output text, error text, metadata text,
                       reported_at timestamptz),
                   (select array['queued', 'delivered', 'acknowledged', 'succeeded', 'failed', 'expired', 'cancelled']
                           as steps) o
             where c.id = x.id and c.status in
            """
                    + OPEN;

    private static final String LAST_NUMBER = "select last_command from cluster where id = :cluster";

    private static final String EXPIRE =
            "update command set status = 'expired', finished_at = :now where expires_at <= :now and status in " + OPEN;

    private final Transactions transactions;

    PgCommandStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<Accepted> accept(NewCommand command) {
        Idempotency idempotency = command.idempotency();
        return transactions.run(session -> {
            if (idempotency == null) {
                return insert(session, command);
            }
            return claim(session, command, idempotency)
                    .chain(claimed ->
                            claimed == null ? repeat(session, command, idempotency) : insert(session, command));
        });
    }

    private static Uni<@Nullable UUID> claim(StatelessSession session, NewCommand command, Idempotency idempotency) {
        return session.createNativeQuery(CLAIM_KEY, UUID.class)
                .setParameter("token", idempotency.tokenId())
                .setParameter("key", idempotency.key())
                .setParameter("hash", idempotency.bodyHash())
                .setParameter("command", command.id())
                .setParameter("now", command.createdAt())
                .setParameter("cutoff", command.createdAt().minus(KEY_LIFE))
                .getSingleResultOrNull();
    }

    /** The key is another request's: the same one's answer, or a conflict. */
    private static Uni<Accepted> repeat(StatelessSession session, NewCommand command, Idempotency idempotency) {
        return session.createSelectionQuery(
                        """
                        select c from IdempotencyRow k join CommandRow c on c.id = k.commandId
                         where k.tokenId = :token and k.key = :key and k.bodyHash = :hash and c.clusterId = :cluster
                        """,
                        CommandRow.class)
                .setParameter("token", idempotency.tokenId())
                .setParameter("key", idempotency.key())
                .setParameter("hash", idempotency.bodyHash())
                .setParameter("cluster", command.clusterId())
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(() -> new SluiceException(ProblemCode.IDEMPOTENCY_CONFLICT))
                .map(row -> new Accepted(row.toCommand(), true));
    }

    private static Uni<Accepted> insert(StatelessSession session, NewCommand command) {
        Instant created = Json.micros(command.createdAt());
        Instant expires = Json.micros(command.expiresAt());
        return session.createNativeQuery(ACCEPT, Long.class)
                .setParameter("cluster", command.clusterId())
                .setParameter("id", command.id())
                .setParameter("type", command.type())
                .setParameter("payload", command.payload())
                .setParameter("created", created)
                .setParameter("expires", expires)
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(() -> new SluiceException(ProblemCode.CLUSTER_NOT_FOUND))
                .map(number -> new Accepted(queued(command, number, created, expires), false));
    }

    private static Command queued(NewCommand command, long number, Instant created, Instant expires) {
        return new Command(
                command.id(),
                command.clusterId(),
                number,
                command.type(),
                command.payload(),
                created,
                expires,
                CommandStatus.QUEUED,
                0,
                null,
                null,
                null,
                null);
    }

    @Override
    public Uni<List<Command>> loadOpen(UUID clusterId, Instant now) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from CommandRow where clusterId = :cluster and expiresAt > :now and status in " + OPEN
                                        + " order by number",
                                CommandRow.class)
                        .setParameter("cluster", clusterId)
                        .setParameter("now", now)
                        .getResultList())
                .map(PgCommandStore::commands);
    }

    @Override
    public Uni<Long> lastNumber(UUID clusterId) {
        return transactions
                .run(session -> session.createNativeQuery(LAST_NUMBER, Long.class)
                        .setParameter("cluster", clusterId)
                        .getSingleResultOrNull())
                .map(number -> number == null ? 0L : number);
    }

    @Override
    public Uni<Void> apply(List<CommandChange> changes) {
        if (changes.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        String rows = Json.rows(changes, PgCommandStore::row);
        return transactions
                .run(session -> session.createNativeQuery(APPLY)
                        .setParameter("changes", rows)
                        .executeUpdate())
                .replaceWithVoid();
    }

    private static Map<String, @Nullable Object> row(CommandChange change) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("id", change.commandId().toString());
        row.put("status", change.status().wire());
        row.put("attempt", change.attempt());
        row.put("delivered_at", Json.time(change.deliveredAt()));
        row.put("acknowledged_at", Json.time(change.acknowledgedAt()));
        row.put("finished_at", Json.time(change.finishedAt()));
        CommandResult result = change.result();
        if (result != null) {
            row.put("success", result.success());
            row.put("output", Json.clean(result.output()));
            row.put("error", Json.clean(result.error()));
            row.put("metadata", Json.clean(result.metadata()));
            row.put("reported_at", Json.time(result.reportedAt()));
        }
        return row;
    }

    @Override
    public Uni<@Nullable Command> find(UUID clusterId, UUID commandId) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from CommandRow where clusterId = :cluster and id = :id", CommandRow.class)
                        .setParameter("cluster", clusterId)
                        .setParameter("id", commandId)
                        .getSingleResultOrNull())
                .map(row -> row == null ? null : row.toCommand());
    }

    @Override
    public Uni<List<Command>> list(UUID clusterId, @Nullable CommandStatus status, long after, int limit) {
        String ofStatus = status == null ? "" : " and status = :status";
        return transactions
                .run(session -> {
                    SelectionQuery<CommandRow> selection = session.createSelectionQuery(
                                    "from CommandRow where clusterId = :cluster and number > :after" + ofStatus
                                            + " order by number",
                                    CommandRow.class)
                            .setParameter("cluster", clusterId)
                            .setParameter("after", after)
                            .setMaxResults(limit);
                    if (status != null) {
                        selection.setParameter("status", status.wire());
                    }
                    return selection.getResultList();
                })
                .map(PgCommandStore::commands);
    }

    @Override
    public Uni<Integer> expire(Instant now) {
        return transactions.run(session ->
                session.createNativeQuery(EXPIRE).setParameter("now", now).executeUpdate());
    }

    @Override
    public Uni<Integer> forgetKeys(Instant before) {
        return transactions.run(
                session -> session.createMutationQuery("delete from IdempotencyRow where createdAt < :before")
                        .setParameter("before", before)
                        .executeUpdate());
    }

    private static List<Command> commands(List<CommandRow> rows) {
        return rows.stream().map(CommandRow::toCommand).toList();
    }
}
