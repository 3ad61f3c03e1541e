package dev.sluice.bench;

import io.vertx.core.Future;

/** Clients of one channel, each with a connection of its own, from several addresses. On the load's one event loop. */
interface Subscribers {
    int SOURCE_ADDRESSES = 8;
    int AT_ONCE = 16;
    String CHANNEL = "bench";

    static String address(int subscriber) {
        return "127.0.0." + (2 + subscriber % SOURCE_ADDRESSES);
    }

    /** Connects and subscribes all of them; what arrives from then on is told. */
    Future<Void> open();

    /** Connections that ended without being asked to, and answers that were none. */
    int lost();
}
