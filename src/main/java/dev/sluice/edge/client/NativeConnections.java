package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.edge.loop.ByLoop;
import dev.sluice.edge.loop.Deadlines;
import dev.sluice.edge.loop.Slices;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.rollout.drain.Movable;
import dev.sluice.rollout.drain.Movables;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The native clients of this node: what they hold open, by transport, and those between two polls. The drain finds them
 * here, and so does whoever has to close what a token opened. Any thread, unless it says otherwise.
 */
public final class NativeConnections implements Movables {
    private final Vertx vertx;
    private final NativeClients clients;
    private final InstantSource clock;
    private final long present;
    private final ByLoop<NativeConnection> sockets;
    private final ByLoop<NativeConnection> streams;
    private final ByLoop<NativeConnection> polls;
    private final Deadlines waits;

    public NativeConnections(Vertx vertx, NativeParts parts) {
        this.vertx = vertx;
        this.clients = new NativeClients(parts);
        this.clock = parts.clock();
        this.present = parts.settings().grace().toMillis();
        this.sockets = new ByLoop<>(clock);
        this.streams = new ByLoop<>(clock);
        this.polls = new ByLoop<>(clock);
        this.waits = new Deadlines(vertx);
    }

    NativeClients clients() {
        return clients;
    }

    /** When polls are answered although nothing came. */
    Deadlines waits() {
        return waits;
    }

    /** On the connection's context. */
    void add(TransportKind kind, NativeConnection connection) {
        of(kind).add(connection);
    }

    /** On the connection's context; again changes nothing. */
    void remove(TransportKind kind, NativeConnection connection) {
        of(kind).remove(connection);
    }

    private ByLoop<NativeConnection> of(TransportKind kind) {
        return switch (kind) {
            case WEBSOCKET -> sockets;
            case SSE -> streams;
            case POLLING -> polls;
        };
    }

    /** Open connections of that kind. */
    public int size(TransportKind kind) {
        return of(kind).size();
    }

    /** Ends what a token holds open. */
    public void closeAllOf(UUID tokenId, Disconnect why) {
        for (ByLoop<NativeConnection> all : List.of(sockets, streams, polls)) {
            all.forEach(connection -> {
                if (connection.client().holds(tokenId)) {
                    connection.leave(why);
                }
            });
        }
    }

    @Override
    public String protocol() {
        return SluiceProtocol.NAME;
    }

    @Override
    public int open() {
        return sockets.size() + streams.size() + polls.size();
    }

    @Override
    public void visit(Consumer<Movable> visitor, Runnable visited) {
        // A poll may be answered during the walk, and the next one wait: its client is there all the time, and once.
        Set<NativeClient> met = ConcurrentHashMap.newKeySet();
        Context context = vertx.getOrCreateContext();
        AtomicInteger left = new AtomicInteger(3);
        Runnable done = () -> {
            if (left.decrementAndGet() == 0) {
                context.runOnContext(hop -> Slices.run(context, betweenPolls(met), visitor, visited));
            }
        };
        for (ByLoop<NativeConnection> all : List.of(sockets, streams, polls)) {
            all.forEach(
                    connection -> {
                        met.add(connection.client());
                        visitor.accept(connection);
                    },
                    done);
        }
    }

    /** Whoever is served over HTTP and was not met with a request that waits. */
    private Iterator<Movable> betweenPolls(Set<NativeClient> met) {
        long since = clock.millis() - present;
        return clients.all()
                .filter(client -> client.isServedByHttp(since) && !client.isProbe() && !met.contains(client))
                .<Movable>map(BetweenPolls::new)
                .iterator();
    }
}
