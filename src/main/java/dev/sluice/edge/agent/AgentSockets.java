package dev.sluice.edge.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.edge.loop.ByLoop;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;

/** The agents' sockets of this node. */
public final class AgentSockets {
    private final ByLoop<AgentSocket> sockets;

    public AgentSockets(InstantSource clock) {
        this.sockets = new ByLoop<>(clock);
    }

    /** Adds a socket. On its context. */
    void add(AgentSocket socket) {
        sockets.add(socket);
    }

    /** Removes a socket. On its context. */
    void remove(AgentSocket socket) {
        sockets.remove(socket);
    }

    /** Visits every socket on its own loop, as soon as that is free. Any thread. */
    void forEach(Consumer<AgentSocket> visitor) {
        sockets.forEach(visitor);
    }

    /** The same, and then says so, on any thread. */
    void forEach(Consumer<AgentSocket> visitor, Runnable visited) {
        sockets.forEach(visitor, visited);
    }

    /** Closes what a token holds open. Any thread. */
    public void closeAllOf(UUID tokenId, Disconnect why) {
        forEach(socket -> {
            if (socket.visit().token().id().equals(tokenId)) {
                socket.connection().leave(why);
            }
        });
    }

    /** Open sockets. Any thread. */
    public int size() {
        return sockets.size();
    }
}
