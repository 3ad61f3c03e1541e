package dev.sluice.store;

import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.RolloutStore;
import dev.sluice.rollout.control.SavedPlan;
import dev.sluice.rollout.control.SavedRollout;
import dev.sluice.rollout.decision.ClientOverride;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jspecify.annotations.Nullable;

/** The rollout in {@code rollout}, {@code rollout_override} and {@code rollout_audit}. */
@ApplicationScoped
class PgRolloutStore implements RolloutStore {
    private static final String SAVE =
            """
            insert into rollout (id, target_hundredths, websocket_enabled, fallback_enabled, revision, ceiling_hundredths,
                                 plan_phase, plan_step, plan_spent_millis, plan_since, plan_reasons)
            select 1, x.target, x.websocket, x.fallback, x.revision, x.ceiling,
                   x.plan_phase, x.plan_step, x.plan_spent_millis, x.plan_since, x.plan_reasons
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                   as x(target integer, websocket boolean, fallback boolean, revision bigint, ceiling integer,
                        plan_phase text, plan_step integer, plan_spent_millis bigint, plan_since timestamptz,
                        plan_reasons text)
            on conflict (id) do update
               set target_hundredths = excluded.target_hundredths, websocket_enabled = excluded.websocket_enabled,
                   fallback_enabled = excluded.fallback_enabled, revision = excluded.revision,
                   ceiling_hundredths = excluded.ceiling_hundredths, plan_phase = excluded.plan_phase,
                   plan_step = excluded.plan_step, plan_spent_millis = excluded.plan_spent_millis,
                   plan_since = excluded.plan_since, plan_reasons = excluded.plan_reasons
            """;

    private static final String REMOVE_OVERRIDES =
            """
            delete from rollout_override
             where selector not in (select selector from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(selector text))
            """;

    private static final String SAVE_OVERRIDES =
            """
            insert into rollout_override (selector, mode, reason, who, at)
            select selector, mode, reason, who, at
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                   as x(selector text, mode text, reason text, who text, at timestamptz)
            on conflict (selector) do update
               set mode = excluded.mode, reason = excluded.reason, who = excluded.who, at = excluded.at
            """;

    private static final String APPEND_AUDIT =
            """
            insert into rollout_audit (at, who, what, from_value, to_value, why, figures)
            select at, who, what, from_value, to_value, why, figures
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb))
                   as x(at timestamptz, who text, what text, from_value text, to_value text, why text, figures text)
            """;

    private final Transactions transactions;

    PgRolloutStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<SavedRollout> load() {
        return transactions.run(
                session -> session.createSelectionQuery("from OverrideRow order by selector", OverrideRow.class)
                        .getResultList()
                        .map(rows -> rows.stream().map(OverrideRow::toOverride).toList())
                        .chain(overrides -> session.get(RolloutRow.class, RolloutRow.ID)
                                .map(row -> row == null ? SavedRollout.EMPTY : row.toSaved(overrides))));
    }

    @Override
    public Uni<Void> save(SavedRollout now, List<AuditEntry> audit) {
        return transactions
                .run(session -> write(session, SAVE, List.of(now), PgRolloutStore::row)
                        .chain(() -> write(session, REMOVE_OVERRIDES, now.overrides(), PgRolloutStore::row))
                        .chain(() -> write(session, SAVE_OVERRIDES, now.overrides(), PgRolloutStore::row))
                        .chain(() -> write(session, APPEND_AUDIT, audit, PgRolloutStore::row)))
                .replaceWithVoid();
    }

    private static <T> Uni<Integer> write(
            StatelessSession session,
            String statement,
            Collection<T> items,
            Function<T, Map<String, @Nullable Object>> row) {
        return session.createNativeQuery(statement)
                .setParameter("rows", Json.rows(items, row))
                .executeUpdate();
    }

    private static Map<String, @Nullable Object> row(SavedRollout saved) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("target", saved.target() == null ? null : saved.target().hundredths());
        row.put("websocket", saved.websocketEnabled());
        row.put("fallback", saved.fallbackEnabled());
        row.put("revision", saved.revision());
        row.put("ceiling", saved.ceiling().hundredths());
        SavedPlan plan = saved.plan();
        row.put("plan_phase", plan == null ? null : plan.phase());
        row.put("plan_step", plan == null ? 0 : plan.step());
        row.put("plan_spent_millis", plan == null ? 0 : plan.spentMillis());
        row.put("plan_since", plan == null ? null : Json.time(plan.since()));
        row.put("plan_reasons", Json.text(plan == null ? List.of() : plan.reasons()));
        return row;
    }

    private static Map<String, @Nullable Object> row(ClientOverride override) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("selector", Json.clean(override.selector()));
        row.put("mode", override.mode().wire());
        row.put("reason", Json.clean(override.reason()));
        row.put("who", Json.clean(override.who()));
        row.put("at", Json.time(override.at()));
        return row;
    }

    private static Map<String, @Nullable Object> row(AuditEntry entry) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("at", Json.time(entry.at()));
        row.put("who", Json.clean(entry.who()));
        row.put("what", Json.clean(entry.what()));
        row.put("from_value", Json.clean(entry.from()));
        row.put("to_value", Json.clean(entry.to()));
        row.put("why", Json.clean(entry.why()));
        row.put("figures", Json.clean(entry.figures()));
        return row;
    }

    @Override
    public Uni<List<AuditEntry>> history(long before, int limit) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from AuditRow where id < :before order by id desc", AuditRow.class)
                        .setParameter("before", before)
                        .setMaxResults(limit)
                        .getResultList())
                .map(rows -> rows.stream().map(AuditRow::toEntry).toList());
    }
}
