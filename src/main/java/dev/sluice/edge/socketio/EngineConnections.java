package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.edge.loop.ByLoop;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.rollout.drain.Movable;
import dev.sluice.rollout.drain.Movables;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine connections of this node, by their secret id. Any thread, unless it says otherwise. */
public final class EngineConnections implements Movables {
    private final Map<String, EngineClient> bySid = new ConcurrentHashMap<>();
    /** Those that are over and have a word left for a GET that is on its way. */
    private final Map<String, EngineClient> left = new ConcurrentHashMap<>();

    private final ByLoop<EngineClient> all;

    /** @param tickMillis how often they are told the time */
    public EngineConnections(InstantSource clock, long tickMillis) {
        this.all = new ByLoop<>(clock, tickMillis);
    }

    /** On the connection's home. */
    void add(EngineClient client) {
        bySid.put(client.connection().sid(), client);
        all.add(client);
    }

    /** On the connection's home; again changes nothing. */
    void remove(EngineClient client) {
        if (bySid.remove(client.connection().sid(), client)) {
            all.remove(client);
        }
    }

    /** It is over, but may be {@linkplain #takeLeft asked for} once more until it is forgotten. Before it is removed. */
    void leave(EngineClient client) {
        left.put(client.connection().sid(), client);
    }

    void forget(EngineClient client) {
        left.remove(client.connection().sid(), client);
    }

    @Nullable
    EngineClient takeLeft(String sid) {
        return left.remove(sid);
    }

    @Nullable
    EngineClient find(String sid) {
        return bySid.get(sid);
    }

    /** Open connections that are carried by that. */
    public int size(TransportKind kind) {
        int count = 0;
        for (EngineClient client : bySid.values()) {
            count += client.connection().kind() == kind ? 1 : 0;
        }
        return count;
    }

    /** Ends what a token holds open. */
    public void closeAllOf(UUID tokenId, Disconnect why) {
        all.forEach(client -> {
            if (client.holds(tokenId)) {
                client.connection().close(why);
            }
        });
    }

    @Override
    public String protocol() {
        return SocketIoConnection.NAME;
    }

    @Override
    public void visit(Consumer<Movable> visitor, Runnable visited) {
        all.forEach(visitor::accept, visited);
    }

    @Override
    public int open() {
        return all.size();
    }
}
