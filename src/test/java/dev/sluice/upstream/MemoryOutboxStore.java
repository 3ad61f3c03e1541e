package dev.sluice.upstream;

import dev.sluice.delivery.upstream.OutboxStore;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The outbox's twin in memory, which a test may look into. */
final class MemoryOutboxStore implements OutboxStore {
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final Map<Long, Instant> next = new HashMap<>();
    private long ids;

    @Override
    public synchronized Uni<Void> append(List<NewEntry> fresh) {
        for (NewEntry entry : fresh) {
            long id = ++ids;
            entries.put(id, new Entry(id, entry.client(), entry.event(), 0, entry.createdAt()));
            next.put(id, entry.createdAt());
        }
        return Uni.createFrom().voidItem();
    }

    @Override
    public synchronized Uni<List<Entry>> due(Instant now, int limit) {
        Set<String> seen = new HashSet<>();
        return Uni.createFrom()
                .item(entries.values().stream()
                        .filter(entry -> seen.add(entry.client()))
                        .filter(entry -> !next.get(entry.id()).isAfter(now))
                        .limit(limit)
                        .toList());
    }

    @Override
    public synchronized Uni<Void> remove(List<Long> gone) {
        gone.forEach(entries::remove);
        return Uni.createFrom().voidItem();
    }

    @Override
    public synchronized Uni<Void> postpone(long id, int attempts, Instant at) {
        entries.computeIfPresent(
                id, (key, entry) -> new Entry(id, entry.client(), entry.event(), attempts, entry.createdAt()));
        next.put(id, at);
        return Uni.createFrom().voidItem();
    }

    @Override
    public synchronized Uni<Long> count() {
        return Uni.createFrom().item((long) entries.size());
    }

    synchronized int size() {
        return entries.size();
    }
}
