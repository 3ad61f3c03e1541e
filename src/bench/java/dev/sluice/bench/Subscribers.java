package dev.sluice.bench;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Clients of one channel, each with a connection of its own, from several addresses. On the load's one event loop. */
interface Subscribers {
    int SOURCE_ADDRESSES = 8;
    int AT_ONCE = 16;
    String CHANNEL = "bench";

    static String address(int subscriber) {
        return "127.0.0." + (2 + subscriber % SOURCE_ADDRESSES);
    }

    /** Does it for each number, a bounded few at a time. */
    static Future<Void> each(int from, int to, IntFunction<Future<Void>> task) {
        Iterator<Integer> all = IntStream.range(from, to).iterator();
        List<Future<Void>> lanes = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            lanes.add(next(all, task));
        }
        return Future.all(lanes).mapEmpty();
    }

    private static Future<Void> next(Iterator<Integer> all, IntFunction<Future<Void>> task) {
        return all.hasNext() ? task.apply(all.next()).compose(done -> next(all, task)) : Future.succeededFuture();
    }

    /** Connects and subscribes all of them; what arrives from then on is told. */
    Future<Void> open();

    /** Connections that ended without being asked to, and answers that were none. */
    int lost();
}
