package dev.sluice.delivery.channel;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One call to publish, on its way. On the broker's home, but for {@link #processed}. */
final class Publishing {
    final List<NewPublication> batch;
    private final UniEmitter<? super List<StreamPosition>> emitter;
    private final Runnable onSettled;
    private final @Nullable StreamPosition[] places;
    /** Keys that are new, with the item that uses each first. */
    private final Map<IdempotencyKeys.Id, Integer> own = new HashMap<>(0);
    /** Items that repeat another one of the same batch. */
    private final Map<Integer, Integer> repeats = new HashMap<>(0);
    /** Keys that were looked for in the log. */
    final Set<IdempotencyKeys.Id> looked = new HashSet<>(0);

    private final List<HubLink> hubs = new ArrayList<>(2);
    private final AtomicInteger open = new AtomicInteger(1);

    Publishing(List<NewPublication> batch, UniEmitter<? super List<StreamPosition>> emitter, Runnable onSettled) {
        this.batch = batch;
        this.emitter = emitter;
        this.onSettled = onSettled;
        this.places = new StreamPosition[batch.size()];
    }

    boolean isPlaced(int item) {
        return places[item] != null;
    }

    void placed(int item, StreamPosition place) {
        places[item] = place;
    }

    void holds(IdempotencyKeys.Id id, int item) {
        own.put(id, item);
    }

    /** Whether the key is held by this one: the item is a repeat within the batch, or the first use itself. */
    boolean repeats(IdempotencyKeys.Id id, int item) {
        Integer first = own.get(id);
        if (first == null) {
            return false;
        }
        if (first != item) {
            repeats.put(item, first);
        }
        return true;
    }

    boolean isRepeat(int item) {
        return repeats.containsKey(item);
    }

    Map<IdempotencyKeys.Id, Integer> keys() {
        return own;
    }

    StreamPosition placeOf(int item) {
        StreamPosition place = places[item];
        if (place == null) {
            throw new IllegalStateException("asked for a place before there is one");
        }
        return place;
    }

    /** Goes through that link: the answer waits for it. */
    void through(HubLink link) {
        if (!hubs.contains(link)) {
            hubs.add(link);
        }
    }

    /** Everything is appended and on its way. */
    void appended() {
        repeats.forEach((item, first) -> places[item] = places[first]);
        open.addAndGet(hubs.size());
        for (HubLink link : hubs) {
            link.receipt(this::processed);
        }
        processed();
    }

    /** One of those that the answer waits for is done. Any thread. */
    private void processed() {
        if (open.decrementAndGet() == 0) {
            onSettled.run();
            emitter.complete(Arrays.asList(places));
        }
    }

    void fail(Throwable why) {
        onSettled.run();
        emitter.fail(why);
    }
}
