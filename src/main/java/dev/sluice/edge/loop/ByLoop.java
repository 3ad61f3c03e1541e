package dev.sluice.edge.loop;

import io.vertx.core.impl.ContextInternal;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One population of this node, grouped by event loop: time is told to all of one loop in one go, once a second, and no
 * member costs a timer.
 */
public final class ByLoop<M extends ByLoop.Member> {
    private static final long TICK_MILLIS = 1_000;

    /** Something that lives on one event loop. */
    public interface Member {
        ContextInternal context();

        /** Time passed. On its context. */
        void tick(long now);
    }

    /** One event loop's members; touched on that loop only. */
    private record Loop<M>(ContextInternal context, Set<M> members) {}

    private final Map<Thread, Loop<M>> loops = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final InstantSource clock;
    private final long tickMillis;

    public ByLoop(InstantSource clock) {
        this(clock, TICK_MILLIS);
    }

    /** @param tickMillis for members whose deadlines are shorter than a second */
    public ByLoop(InstantSource clock, long tickMillis) {
        this.clock = clock;
        this.tickMillis = tickMillis;
    }

    /** Adds a member. On its context. */
    public void add(M member) {
        loops.computeIfAbsent(Thread.currentThread(), thread -> loopOf(member))
                .members()
                .add(member);
        count.incrementAndGet();
    }

    private Loop<M> loopOf(M first) {
        // A context of the same loop that outlives the member.
        ContextInternal context =
                first.context().owner().createEventLoopContext(first.context().nettyEventLoop(), null, null);
        Loop<M> loop = new Loop<>(context, new LinkedHashSet<>());
        context.runOnContext(start -> context.owner().setPeriodic(tickMillis, timer -> tick(loop)));
        return loop;
    }

    private void tick(Loop<M> loop) {
        long now = clock.millis();
        for (Member member : loop.members().toArray(Member[]::new)) {
            member.tick(now);
        }
    }

    /** Removes a member; again changes nothing. On its context. */
    public void remove(M member) {
        Loop<M> loop = loops.get(Thread.currentThread());
        if (loop != null && loop.members().remove(member)) {
            count.decrementAndGet();
        }
    }

    /** Visits every member on its own loop, as soon as that is free. Any thread. */
    public void forEach(Consumer<M> visitor) {
        forEach(visitor, () -> {});
    }

    /**
     * The same, and tells when everybody was visited. Those who come or go meanwhile may be missed.
     *
     * @param visited run once, on any thread
     */
    public void forEach(Consumer<M> visitor, Runnable visited) {
        // One more than there are loops, so that the last word is said once and also where there are none.
        AtomicInteger left = new AtomicInteger(1);
        Runnable one = () -> {
            if (left.decrementAndGet() == 0) {
                visited.run();
            }
        };
        for (Loop<M> loop : loops.values()) {
            left.incrementAndGet();
            loop.context()
                    .runOnContext(hop -> Slices.run(
                            loop.context(), List.copyOf(loop.members()).iterator(), visitor, one));
        }
        one.run();
    }

    /** Members now. Any thread. */
    public int size() {
        return count.get();
    }
}
