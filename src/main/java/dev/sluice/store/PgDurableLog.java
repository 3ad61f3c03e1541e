package dev.sluice.store;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.Broker.Head;
import dev.sluice.delivery.channel.DurableLog;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Watermark;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jspecify.annotations.Nullable;

/** Durable channels in the tables {@code channel}, {@code publication} and {@code publication_key}. */
@ApplicationScoped
class PgDurableLog implements DurableLog {

    /** A head never goes back, whoever writes it. */
    private static final String HEADS =
            """
            insert into channel as c (name, epoch, last_offset, last_position)
            select x.name, x.epoch, x.last_offset, x.last_position
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(
                       name text, epoch text, last_offset bigint, last_position bigint)
            on conflict (name) do update
               set epoch = excluded.epoch,
                   last_offset = greatest(c.last_offset, excluded.last_offset),
                   last_position = greatest(c.last_position, excluded.last_position)
            """;

    private static final String PUBLICATIONS =
            """
            insert into publication (position, channel, channel_offset, event, data, is_text, conflation_key, appended_at)
            select x.position, x.channel, x.channel_offset, x.event, decode(x.data, 'base64'), x.is_text,
                   x.conflation_key, x.appended_at
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(
                       position bigint, channel text, channel_offset bigint, event text, data text, is_text boolean,
                       conflation_key text, appended_at timestamptz)
            """;

    private static final String KEYS =
            """
            insert into publication_key (owner, key, digest, channel, epoch, channel_offset, created_at)
            select x.owner, x.key, x.digest, x.channel, x.epoch, x.channel_offset, cast(:now as timestamptz)
              from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(
                       owner text, key text, digest text, channel text, epoch text, channel_offset bigint)
            on conflict (owner, key) do update
               set digest = excluded.digest, channel = excluded.channel, epoch = excluded.epoch,
                   channel_offset = excluded.channel_offset, created_at = excluded.created_at
            """;

    private static final String TRIM =
            """
            delete from publication p
             using jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as x(channel text, floor bigint)
             where p.channel = x.channel and p.channel_offset < x.floor
            """;

    private final Transactions transactions;
    private final InstantSource clock;

    PgDurableLog(Transactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public Uni<Long> lastPosition() {
        return transactions.run(
                session -> session.createNativeQuery("select coalesce(max(last_position), 0) from channel", Long.class)
                        .getSingleResult());
    }

    @Override
    public Uni<@Nullable Stored> load(ChannelName channel, int limit) {
        return transactions.run(session -> session.get(ChannelRow.class, channel.value())
                .chain(head -> head == null
                        ? Uni.createFrom().nullItem()
                        : newest(session, channel, limit).map(rows -> stored(head, rows))));
    }

    private static Uni<List<PublicationRow>> newest(StatelessSession session, ChannelName channel, int limit) {
        return session.createSelectionQuery(
                        "from PublicationRow where channel = :channel order by offset desc", PublicationRow.class)
                .setParameter("channel", channel.value())
                .setMaxResults(limit)
                .getResultList();
    }

    private static Stored stored(ChannelRow head, List<PublicationRow> newestFirst) {
        List<Publication> oldestFirst = newestFirst.stream()
                .sorted((a, b) -> Long.compare(a.offset, b.offset))
                .map(row -> publication(head, row))
                .toList();
        return new Stored(new StreamPosition(head.epoch, head.lastOffset), head.lastPosition, oldestFirst);
    }

    private static Publication publication(ChannelRow head, PublicationRow row) {
        NewPublication what = new NewPublication(
                new ChannelName(head.name), row.event, new Payload(row.data, row.text), row.conflationKey, null, null);
        return new Publication(
                what,
                new StreamPosition(head.epoch, row.offset),
                row.position,
                new Watermark(0, row.position),
                row.appendedAt.toEpochMilli());
    }

    @Override
    public Uni<Void> append(List<Publication> publications, List<Key> keys) {
        Instant now = clock.instant();
        return transactions.run(session -> heads(session, publications)
                .chain(() -> rows(session, PUBLICATIONS, Json.rows(publications, PgDurableLog::row)))
                .chain(() -> keys.isEmpty() ? Uni.createFrom().voidItem() : keys(session, keys, now)));
    }

    private static Uni<Void> heads(StatelessSession session, List<Publication> publications) {
        Map<ChannelName, Publication> last = new LinkedHashMap<>();
        publications.forEach(publication -> last.put(publication.channel(), publication));
        return rows(session, HEADS, Json.rows(last.values(), PgDurableLog::headRow));
    }

    private static Uni<Void> keys(StatelessSession session, List<Key> keys, Instant now) {
        return session.createNativeQuery(KEYS)
                .setParameter("rows", Json.rows(keys, PgDurableLog::keyRow))
                .setParameter("now", now)
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Void> rows(StatelessSession session, String statement, String rows) {
        return session.createNativeQuery(statement)
                .setParameter("rows", rows)
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Map<String, @Nullable Object> headRow(Publication last) {
        return Map.of(
                "name", last.channel().value(),
                "epoch", last.epoch(),
                "last_offset", last.offset(),
                "last_position", last.position());
    }

    private static Map<String, @Nullable Object> row(Publication publication) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("position", publication.position());
        row.put("channel", publication.channel().value());
        row.put("channel_offset", publication.offset());
        row.put("event", Json.clean(publication.event()));
        row.put("data", Base64.getEncoder().encodeToString(publication.data().bytes()));
        row.put("is_text", publication.data().text());
        row.put("conflation_key", Json.clean(publication.conflationKey()));
        row.put("appended_at", Json.time(Instant.ofEpochMilli(publication.appendedAt())));
        return row;
    }

    private static Map<String, @Nullable Object> keyRow(Key key) {
        return Map.of(
                "owner", key.owner(),
                "key", key.key(),
                "digest", key.digest(),
                "channel", key.channel().value(),
                "epoch", key.place().epoch(),
                "channel_offset", key.place().offset());
    }

    @Override
    public Uni<@Nullable Key> find(String owner, String key) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from PublicationKeyRow where owner = :owner and key = :key and createdAt > :alive",
                                PublicationKeyRow.class)
                        .setParameter("owner", owner)
                        .setParameter("key", key)
                        .setParameter("alive", clock.instant().minus(PgCommandStore.KEY_LIFE))
                        .getSingleResultOrNull())
                .map(row -> row == null ? null : row.toKey());
    }

    @Override
    public Uni<Void> trim(List<Bound> bounds, Instant keysBefore) {
        String rows =
                Json.rows(bounds, bound -> Map.of("channel", bound.channel().value(), "floor", bound.floor()));
        return transactions.run(session -> (bounds.isEmpty() ? Uni.createFrom().voidItem() : rows(session, TRIM, rows))
                .chain(() -> session.createMutationQuery("delete from PublicationKeyRow where createdAt <= :before")
                        .setParameter("before", keysBefore)
                        .executeUpdate())
                .replaceWithVoid());
    }

    @Override
    public Uni<List<Head>> channels(String after, int limit) {
        return transactions
                .run(session -> session.createSelectionQuery(
                                "from ChannelRow where name > :after order by name", ChannelRow.class)
                        .setParameter("after", after)
                        .setMaxResults(limit)
                        .getResultList())
                .map(rows -> rows.stream()
                        .map(row -> new Head(new ChannelName(row.name), new StreamPosition(row.epoch, row.lastOffset)))
                        .toList());
    }
}
