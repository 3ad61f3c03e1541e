package dev.sluice.rollout.drain;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One drain: who was found, whose turn it is. Clients report from their contexts, one thread hands out the turns. */
final class DrainPlan {
    /** A population that does not finish its visit must not keep a drain open for ever. */
    private static final long VISITED_WITHIN = 5_000;

    private final DrainCause cause;
    private final Instant since;
    private final Pace pace;
    private final DrainOrder order;
    private final RandomGenerator random;
    private final long visitedBy;
    private final AtomicInteger visitsLeft;
    private final Queue<Turn> found = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Turn> waiting = new PriorityQueue<>(Comparator.comparingLong(Turn::key));
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger drained = new AtomicInteger();
    private final AtomicInteger stayed = new AtomicInteger();
    /** Those who stand or stood in line; whoever is on the way into it is counted in the total only. */
    private int lined;

    private volatile boolean paused;
    private volatile boolean finished;

    /** One client that waits; the least key goes first. */
    record Turn(String protocol, Movable client, long key) {}

    DrainPlan(
            DrainCause cause,
            Instant since,
            Pace pace,
            DrainOrder order,
            RandomGenerator random,
            long now,
            int populations) {
        this.cause = cause;
        this.since = since;
        this.pace = pace;
        this.order = order;
        this.random = random;
        this.visitedBy = now + VISITED_WITHIN;
        this.visitsLeft = new AtomicInteger(populations);
    }

    DrainCause cause() {
        return cause;
    }

    Instant since() {
        return since;
    }

    Pace pace() {
        return pace;
    }

    /** Puts a client in line. On the client's context; true for the first one. */
    boolean enlist(String protocol, Movable client) {
        boolean first = total.getAndIncrement() == 0;
        long key = order == DrainOrder.LAST_IN_FIRST_OUT ? -client.connectedAt() : 0;
        found.add(new Turn(protocol, client, key));
        return first;
    }

    /** One population has been visited. Any thread. */
    void visited() {
        visitsLeft.decrementAndGet();
    }

    /** The client was told. On its context. */
    void drained() {
        drained.incrementAndGet();
    }

    /** The client need not go, or went. On its context. */
    void stayed() {
        stayed.incrementAndGet();
    }

    /** Hands out the turns that are due. On the pacing thread, as is everything below. */
    void advance(long now, Consumer<Turn> turn) {
        paused = false;
        takeFound();
        for (int due = pace.due(now, lined); due > 0; due--) {
            turn.accept(waiting.remove());
        }
        finished = isOver(now);
    }

    /** Lets the time pass. Answers whether that is new. */
    boolean pause(long now) {
        takeFound();
        pace.stood(now);
        boolean fresh = !paused;
        paused = true;
        return fresh;
    }

    private void takeFound() {
        for (Turn next = found.poll(); next != null; next = found.poll()) {
            lined++;
            waiting.add(order == DrainOrder.RANDOM ? new Turn(next.protocol, next.client, random.nextLong()) : next);
        }
    }

    private boolean isOver(long now) {
        boolean seen = visitsLeft.get() <= 0 || now >= visitedBy;
        // Told and stayed first: whoever is enlisted in between is then missed by neither.
        int settled = drained.get() + stayed.get();
        return seen && settled == total.get();
    }

    /** Whether somebody is known to wait. */
    boolean hasWork() {
        return drained.get() + stayed.get() < total.get();
    }

    boolean finished() {
        return finished;
    }

    /** Any thread. */
    DrainProgress progress() {
        int told = drained.get();
        int remained = stayed.get();
        int all = total.get();
        DrainProgress.State state =
                finished ? DrainProgress.State.DONE : paused ? DrainProgress.State.PAUSED : DrainProgress.State.RUNNING;
        return new DrainProgress(state, cause, since, all, told, remained, Math.max(0, all - told - remained));
    }

    /** Where the pace of a plan that takes over begins. */
    static Pace.Start startAfter(@Nullable DrainPlan before, long now, RandomGenerator random) {
        return before == null || before.finished ? Pace.Start.afresh(random) : before.pace.handOver(now, before.lined);
    }
}
