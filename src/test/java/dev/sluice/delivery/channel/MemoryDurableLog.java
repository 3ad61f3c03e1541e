package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The log's twin in memory. A test says when it fails, and whether an append that failed happened all the same. */
public final class MemoryDurableLog implements DurableLog {
    /** What becomes of the next calls. */
    public enum Mood {
        WELL,
        /** Nothing works, and nothing happens. */
        AWAY,
        /** Appends happen, and nobody is told. */
        DOUBTFUL
    }

    private static final class Row {
        StreamPosition head = new StreamPosition("", 0);
        long headPosition;
        final List<Publication> held = new ArrayList<>();
    }

    private final TreeMap<String, Row> rows = new TreeMap<>();
    private final Map<String, Key> keys = new HashMap<>();
    private long last;
    private Mood mood = Mood.WELL;

    /** How often something was appended. */
    public int appends;

    public void mood(Mood next) {
        mood = next;
    }

    private <T> Uni<T> answer(java.util.function.Supplier<T> what) {
        return Uni.createFrom()
                .deferred(() -> mood == Mood.AWAY
                        ? Uni.createFrom().failure(SluiceException.storeUnavailable(null))
                        : Uni.createFrom().item(what.get()));
    }

    @Override
    public Uni<Long> lastPosition() {
        return answer(() -> last);
    }

    @Override
    public Uni<Stored> load(ChannelName channel, int limit) {
        return answer(() -> {
            Row row = rows.get(channel.value());
            if (row == null) {
                return null;
            }
            List<Publication> newest = row.held.subList(Math.max(0, row.held.size() - limit), row.held.size());
            return new Stored(row.head, row.headPosition, List.copyOf(newest));
        });
    }

    @Override
    public Uni<Void> append(List<Publication> publications, List<Key> used) {
        return answer(() -> {
            appends++;
            for (Publication each : publications) {
                Row row = rows.computeIfAbsent(each.channel().value(), name -> new Row());
                boolean follows = row.head.epoch().isEmpty()
                        || row.head.epoch().equals(each.epoch()) && row.head.offset() + 1 == each.offset();
                if (!follows || each.position() <= last) {
                    throw new AssertionError("broken promise: appended out of order: " + each.place() + " after "
                            + row.head + ", position " + each.position() + " after " + last);
                }
                row.head = each.place();
                row.headPosition = each.position();
                row.held.add(each);
                last = each.position();
            }
            used.forEach(key -> keys.put(key.owner() + " " + key.key(), key));
            if (mood == Mood.DOUBTFUL) {
                throw SluiceException.storeUnavailable(null);
            }
            return null;
        });
    }

    @Override
    public Uni<Key> find(String owner, String key) {
        return answer(() -> keys.get(owner + " " + key));
    }

    @Override
    public Uni<Void> trim(List<Bound> bounds, Instant keysBefore) {
        return answer(() -> {
            for (Bound bound : bounds) {
                rows.get(bound.channel().value()).held.removeIf(each -> each.offset() < bound.floor());
            }
            return null;
        });
    }

    @Override
    public Uni<List<Broker.Head>> channels(String after, int limit) {
        return answer(() -> rows.tailMap(after, false).entrySet().stream()
                .limit(limit)
                .map(row -> new Broker.Head(new ChannelName(row.getKey()), row.getValue().head))
                .toList());
    }
}
