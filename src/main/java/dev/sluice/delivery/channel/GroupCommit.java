package dev.sluice.delivery.channel;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes durable publications in batches: what comes while one batch is under way is the next one. They are given out
 * once they are stored. After a failure nobody knows whether they are; so their channels are read again before anything
 * else is written. On the broker's home.
 */
final class GroupCommit {
    private static final long KEY_LIFE = Duration.ofHours(24).toMillis();
    private static final long KEYS_EVERY = Duration.ofMinutes(10).toMillis();

    private final MemoryBroker broker;
    private final Publisher publisher;
    private final DurableLog log;
    private final int maxBatch;
    private final ArrayDeque<Publishing> waiting = new ArrayDeque<>();
    private final Set<ChannelLog> doubtful = new LinkedHashSet<>();
    private final List<DurableLog.Bound> trimming = new ArrayList<>();
    private boolean busy;
    private boolean busyTrimming;
    private long keysTrimmedAt;

    private record Batch(
            List<Publishing> publishings, Map<Publishing, List<Publication>> stored, Set<ChannelLog> channels) {}

    GroupCommit(MemoryBroker broker, Publisher publisher, DurableLog log, int maxBatch) {
        this.broker = broker;
        this.publisher = publisher;
        this.log = log;
        this.maxBatch = maxBatch;
    }

    void add(Publishing publishing) {
        waiting.addLast(publishing);
        next();
    }

    private void next() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        if (doubtful.isEmpty()) {
            write();
        } else {
            readAgain(List.copyOf(doubtful), new ArrayList<>());
        }
    }

    private record Found(ChannelLog channel, DurableLog.@Nullable Stored stored) {}

    /** One after the other; only when all are read is anything given out, in the order of their positions. */
    private void readAgain(List<ChannelLog> channels, List<Found> found) {
        if (found.size() == channels.size()) {
            doubtful.clear();
            giveOut(found);
            write();
            return;
        }
        ChannelLog channel = channels.get(found.size());
        log.load(channel.name, channel.policy.size())
                .subscribe()
                .with(
                        stored -> broker.submit(() -> {
                            found.add(new Found(channel, stored));
                            readAgain(channels, found);
                        }),
                        failure -> broker.submit(() -> {
                            List<Publishing> refused = new ArrayList<>(waiting);
                            waiting.clear();
                            busy = false;
                            refused.forEach(publishing -> refuse(publishing, failure));
                        }));
    }

    /** It was stored after all: its publisher was told to try again, and its subscribers get it. */
    private void giveOut(List<Found> found) {
        Map<Publication, ChannelLog> all = new TreeMap<>(Comparator.comparingLong(Publication::position));
        for (Found each : found) {
            each.channel().read(each.stored()).forEach(publication -> all.put(publication, each.channel()));
        }
        all.forEach((publication, channel) -> broker.giveOut(channel, publication, null));
    }

    private void write() {
        Batch batch = new Batch(new ArrayList<>(), new HashMap<>(), new LinkedHashSet<>());
        List<Publication> publications = new ArrayList<>();
        List<DurableLog.Key> keys = new ArrayList<>();
        Map<ChannelLog, Long> heads = new HashMap<>();
        while (!waiting.isEmpty() && (publications.isEmpty() || publications.size() < maxBatch)) {
            Publishing publishing = waiting.removeFirst();
            batch.publishings().add(publishing);
            List<Publication> own = new ArrayList<>();
            for (int i = 0; i < publishing.batch.size(); i++) {
                NewPublication what = publishing.batch.get(i);
                ChannelLog channel = broker.channel(what.channel());
                if (publishing.isPlaced(i) || !channel.policy.durable() || publishing.isRepeat(i)) {
                    continue;
                }
                long offset = heads.merge(channel, channel.head().offset() + 1, (had, first) -> had + 1);
                StreamPosition place = new StreamPosition(channel.head().epoch(), offset);
                Publication publication = broker.number(what, place);
                own.add(publication);
                if (batch.channels().add(channel)) {
                    channel.appending++;
                }
                NewPublication.Idempotency key = what.idempotency();
                if (key != null) {
                    keys.add(new DurableLog.Key(key.owner(), key.key(), key.digest(), what.channel(), place));
                }
            }
            batch.stored().put(publishing, own);
            publications.addAll(own);
        }
        if (publications.isEmpty()) {
            written(batch, 0, 0);
            return;
        }
        long began = System.nanoTime();
        log.append(publications, keys)
                .subscribe()
                .with(
                        done -> broker.submit(() -> written(batch, publications.size(), System.nanoTime() - began)),
                        failure -> broker.submit(() -> failed(batch, failure)));
    }

    private void written(Batch batch, int publications, long nanos) {
        batch.channels().forEach(channel -> channel.appending--);
        for (Publishing publishing : batch.publishings()) {
            publisher.append(publishing, batch.stored().getOrDefault(publishing, List.of()));
        }
        broker.observer().committed(publications, Duration.ofNanos(nanos));
        busy = false;
        next();
    }

    private void failed(Batch batch, Throwable failure) {
        batch.channels().forEach(channel -> channel.appending--);
        doubtful.addAll(batch.channels());
        busy = false;
        for (Publishing publishing : batch.publishings()) {
            refuse(publishing, failure);
        }
        next();
    }

    private void refuse(Publishing publishing, Throwable failure) {
        boolean known = failure instanceof SluiceException problem && problem.code() == ProblemCode.STORE_UNAVAILABLE;
        publisher.refuse(publishing, known ? failure : SluiceException.storeUnavailable(failure));
    }

    /** Has what is beyond the bounds removed from the log, unless that is under way. */
    void trim(List<DurableLog.Bound> bounds, long now) {
        trimming.addAll(bounds);
        boolean keysAreOld = now - keysTrimmedAt > KEYS_EVERY;
        if (busyTrimming || trimming.isEmpty() && !keysAreOld) {
            return;
        }
        busyTrimming = true;
        keysTrimmedAt = now;
        List<DurableLog.Bound> these = List.copyOf(trimming);
        trimming.clear();
        log.trim(these, Instant.ofEpochMilli(now - KEY_LIFE))
                .subscribe()
                .with(
                        done -> broker.submit(() -> busyTrimming = false),
                        // What is not removed now costs room alone; the channels' next bounds cover it.
                        failure -> broker.submit(() -> busyTrimming = false));
    }

    /** Whether the channel may not be let go of: what it holds is not certain. */
    boolean needs(ChannelLog channel) {
        return channel.appending > 0 || doubtful.contains(channel);
    }
}
