package dev.sluice.store;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.Attributes;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.channel.SessionRecord;
import dev.sluice.delivery.channel.SessionRecord.Stored;
import dev.sluice.delivery.channel.SessionStore;
import dev.sluice.delivery.channel.StreamPosition;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions in the {@code client_session} table. */
@ApplicationScoped
class PgSessionStore implements SessionStore {

    /** One statement, whatever the number of sessions. */
    private static final String SAVE =
            """
            insert into client_session (key, owner, client_id, protocol, info, attributes, epoch, acknowledged,
                                        unrepeatable, next_subscription, subscriptions, saved_at)
            select x.key, x.owner, x.client_id, x.protocol, x.info, x.attributes, x.epoch, x.acknowledged,
                   x.unrepeatable, x.next_subscription, x.subscriptions, x.saved_at
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(
                       key text, owner text, client_id text, protocol text, info text, attributes text, epoch text,
                       acknowledged text, unrepeatable text, next_subscription integer, subscriptions text,
                       saved_at timestamptz)
            on conflict (key) do update
               set owner = excluded.owner, client_id = excluded.client_id, protocol = excluded.protocol,
                   info = excluded.info, attributes = excluded.attributes, epoch = excluded.epoch,
                   acknowledged = excluded.acknowledged, unrepeatable = excluded.unrepeatable,
                   next_subscription = excluded.next_subscription, subscriptions = excluded.subscriptions,
                   saved_at = excluded.saved_at
            """;

    private final Transactions transactions;

    PgSessionStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Uni<Void> save(List<SessionRecord> records) {
        return transactions.run(session -> session.createNativeQuery(SAVE)
                .setParameter("rows", Json.rows(records, PgSessionStore::row))
                .executeUpdate()
                .replaceWithVoid());
    }

    private static Map<String, @Nullable Object> row(SessionRecord record) {
        Client client = record.client();
        Payload info = client.info();
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("key", record.key());
        row.put("owner", Json.clean(client.owner()));
        row.put("client_id", Json.clean(client.clientId()));
        row.put("protocol", client.protocol());
        row.put("info", info == null ? null : Json.clean(info.asString()));
        row.put("attributes", Json.clean(client.attributes().text()));
        row.put("epoch", record.epoch());
        row.put("acknowledged", record.acknowledged());
        row.put("unrepeatable", record.unrepeatable());
        row.put("next_subscription", record.nextSubscription());
        row.put("subscriptions", Json.rows(record.subscriptions(), PgSessionStore::subscription));
        row.put("saved_at", Json.time(record.savedAt()));
        return row;
    }

    private static Map<String, @Nullable Object> subscription(Stored stored) {
        return Map.of(
                "number", stored.number(),
                "channel", stored.channel().value(),
                "epoch", stored.joined().epoch(),
                "offset", stored.joined().offset(),
                "presence", stored.presence());
    }

    @Override
    public Uni<@Nullable SessionRecord> load(String key) {
        return transactions
                .run(session -> session.get(SessionRow.class, key))
                .map(row -> row == null ? null : record(row));
    }

    private static SessionRecord record(SessionRow row) {
        Client client = new Client(
                row.owner,
                row.clientId,
                row.protocol,
                row.info == null ? null : Payload.text(row.info),
                Attributes.of(row.attributes));
        List<Stored> subscriptions = Json.nodes(row.subscriptions).stream()
                .map(node -> new Stored(
                        node.path("number").intValue(),
                        new ChannelName(node.path("channel").textValue()),
                        new StreamPosition(
                                node.path("epoch").textValue(),
                                node.path("offset").longValue()),
                        node.path("presence").booleanValue()))
                .toList();
        return new SessionRecord(
                row.key,
                client,
                row.epoch,
                row.acknowledged,
                row.unrepeatable,
                row.nextSubscription,
                subscriptions,
                row.savedAt);
    }

    @Override
    public Uni<Void> delete(List<String> keys) {
        return transactions.run(session -> session.createMutationQuery("delete from SessionRow where key in :keys")
                .setParameter("keys", keys)
                .executeUpdate()
                .replaceWithVoid());
    }

    @Override
    public Uni<Void> deleteSavedBefore(Instant instant) {
        return transactions.run(
                session -> session.createMutationQuery("delete from SessionRow where savedAt < :instant")
                        .setParameter("instant", instant)
                        .executeUpdate()
                        .replaceWithVoid());
    }
}
