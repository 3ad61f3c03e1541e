package dev.sluice.delivery.channel;

import dev.sluice.delivery.session.Home;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes session records in batches, one under way at a time; of several changes to one session the last is written. A
 * delete that fails is tried again with what comes next. Any thread; the work is done on its own home.
 */
final class SessionRecords {
    /** Records in one batch. */
    private static final int BATCH = 500;

    /** What has to be written for one key: a record, or null to delete it. */
    private static final class Change {
        @Nullable
        SessionRecord record;

        final List<UniEmitter<? super Void>> waiting = new ArrayList<>(1);
    }

    private final Home home;
    private final SessionStore store;
    private final Map<String, Change> changes = new LinkedHashMap<>();
    /** What is to be deleted and maybe still there. Any thread. */
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    private boolean busy;

    SessionRecords(Home home, SessionStore store) {
        this.home = home;
        this.store = store;
    }

    /** As it is once all that was asked for is written: a session that ended does not come back while that takes its time. */
    Uni<@Nullable SessionRecord> load(String key) {
        return ended.contains(key) ? Uni.createFrom().nullItem() : store.load(key);
    }

    /** Answered once it is stored. */
    Uni<Void> save(SessionRecord record) {
        return Uni.createFrom().emitter(emitter -> {
            ended.remove(record.key());
            home.execute(() -> {
                change(record.key(), record).waiting.add(emitter);
                next();
            });
        });
    }

    /** Is stored some time; what fails is of no consequence, since it comes again. */
    void note(SessionRecord record) {
        ended.remove(record.key());
        home.execute(() -> {
            change(record.key(), record);
            next();
        });
    }

    void delete(String key) {
        ended.add(key);
        home.execute(() -> {
            change(key, null);
            next();
        });
    }

    void deleteSavedBefore(Instant instant) {
        home.execute(() -> store.deleteSavedBefore(instant).subscribe().with(done -> {}, failure -> {}));
    }

    /** Tries what is left. */
    void tick() {
        home.execute(this::next);
    }

    private Change change(String key, @Nullable SessionRecord record) {
        Change change = changes.computeIfAbsent(key, k -> new Change());
        change.record = record;
        return change;
    }

    private void next() {
        if (busy || changes.isEmpty()) {
            return;
        }
        busy = true;
        Map<String, Change> batch = new LinkedHashMap<>();
        var all = changes.entrySet().iterator();
        while (all.hasNext() && batch.size() < BATCH) {
            var each = all.next();
            batch.put(each.getKey(), each.getValue());
            all.remove();
        }
        List<SessionRecord> records = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        batch.forEach((key, change) -> {
            if (change.record == null) {
                gone.add(key);
            } else {
                records.add(change.record);
            }
        });
        Uni<Void> saved = records.isEmpty() ? Uni.createFrom().voidItem() : store.save(records);
        saved.chain(() -> gone.isEmpty() ? Uni.createFrom().voidItem() : store.delete(gone))
                .subscribe()
                .with(
                        done -> home.execute(() -> written(batch, gone)),
                        failure -> home.execute(() -> failed(batch, gone, failure)));
    }

    private void written(Map<String, Change> batch, List<String> gone) {
        busy = false;
        gone.stream().filter(key -> !changes.containsKey(key)).forEach(ended::remove);
        batch.values().forEach(change -> change.waiting.forEach(each -> each.complete(null)));
        next();
    }

    private void failed(Map<String, Change> batch, List<String> gone, Throwable failure) {
        busy = false;
        for (String key : gone) {
            changes.computeIfAbsent(key, k -> new Change());
        }
        batch.values().forEach(change -> change.waiting.forEach(each -> each.fail(failure)));
    }
}
