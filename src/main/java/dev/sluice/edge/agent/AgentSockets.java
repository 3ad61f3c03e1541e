package dev.sluice.edge.agent;

import dev.sluice.core.Disconnect;
import io.vertx.core.impl.ContextInternal;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The agents' sockets of this node, grouped by the event loop they live on: time is told to all of one loop in one
 * go, and no socket costs a timer.
 */
public final class AgentSockets {
    private static final long TICK_MILLIS = 1_000;

    /** One event loop's sockets; touched on that loop only. */
    private record Loop(ContextInternal context, Set<AgentSocket> sockets) {}

    private final Map<Thread, Loop> loops = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final InstantSource clock;

    public AgentSockets(InstantSource clock) {
        this.clock = clock;
    }

    /** Adds a socket. On its context. */
    void add(AgentSocket socket) {
        loops.computeIfAbsent(Thread.currentThread(), thread -> loopOf(socket))
                .sockets()
                .add(socket);
        count.incrementAndGet();
    }

    private Loop loopOf(AgentSocket first) {
        // A context of the same loop that outlives the socket.
        ContextInternal context =
                first.context().owner().createEventLoopContext(first.context().nettyEventLoop(), null, null);
        Loop loop = new Loop(context, new HashSet<>());
        context.runOnContext(start -> context.owner().setPeriodic(TICK_MILLIS, timer -> tick(loop)));
        return loop;
    }

    private void tick(Loop loop) {
        long now = clock.millis();
        for (AgentSocket socket : loop.sockets().toArray(AgentSocket[]::new)) {
            socket.connection().tick(now);
        }
    }

    /** Removes a socket. On its context. */
    void remove(AgentSocket socket) {
        Loop loop = loops.get(Thread.currentThread());
        if (loop != null && loop.sockets().remove(socket)) {
            count.decrementAndGet();
        }
    }

    /** Visits every socket on its own loop, as soon as that is free. Any thread. */
    void forEach(Consumer<AgentSocket> visitor) {
        for (Loop loop : loops.values()) {
            loop.context().runOnContext(hop -> {
                for (AgentSocket socket : loop.sockets().toArray(AgentSocket[]::new)) {
                    visitor.accept(socket);
                }
            });
        }
    }

    /** The same in slices, and then says so, on any thread. */
    void forEach(Consumer<AgentSocket> visitor, Runnable visited) {
        List<Loop> all = List.copyOf(loops.values());
        AtomicInteger left = new AtomicInteger(all.size() + 1);
        Runnable done = () -> {
            if (left.decrementAndGet() == 0) {
                visited.run();
            }
        };
        for (Loop loop : all) {
            loop.context().runOnContext(hop -> {
                Iterator<AgentSocket> snapshot = List.copyOf(loop.sockets()).iterator();
                Slices.run(loop.context(), snapshot, visitor, done);
            });
        }
        done.run();
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
        return count.get();
    }
}
