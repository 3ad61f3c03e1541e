package dev.sluice.edge.loop;

import io.vertx.core.impl.ContextInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One population of this node, grouped by event loop: time is told to all of one loop in one go, once a second, and no
 * member costs a timer.
 */
public final class ByLoop<M extends ByLoop.Member> {
    private static final long TICK_MILLIS = 1_000;

    private static final int NOWHERE = -1;

    /** Something that lives on one event loop, and is in one population. */
    public abstract static class Member {
        /** Among its loop's members: polls come and go all the time, and a set would hash and allocate for each. */
        private int place = NOWHERE;

        public abstract ContextInternal context();

        /** Time passed. On its context. */
        public abstract void tick(long now);
    }

    /** One event loop's members in no order; touched on that loop only. */
    private record Loop<M extends Member>(ContextInternal context, List<M> members) {
        void add(M member) {
            Member added = member;
            added.place = members.size();
            members.add(member);
        }

        boolean remove(M member) {
            Member gone = member;
            if (gone.place >= members.size() || members.get(gone.place) != member) {
                return false;
            }
            M last = members.remove(members.size() - 1);
            if (last != member) {
                Member moved = last;
                moved.place = gone.place;
                members.set(gone.place, last);
            }
            gone.place = NOWHERE;
            return true;
        }
    }

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

    /** Adds a member, once. On its context. */
    public void add(M member) {
        loops.computeIfAbsent(Thread.currentThread(), thread -> loopOf(member)).add(member);
        count.incrementAndGet();
    }

    private Loop<M> loopOf(M first) {
        // A context of the same loop that outlives the member.
        ContextInternal context =
                first.context().owner().createEventLoopContext(first.context().nettyEventLoop(), null, null);
        Loop<M> loop = new Loop<>(context, new ArrayList<>());
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
        Member gone = member;
        if (gone.place == NOWHERE) {
            return;
        }
        Loop<M> loop = loops.get(Thread.currentThread());
        if (loop != null && loop.remove(member)) {
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
