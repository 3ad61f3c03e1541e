package dev.sluice.rollout.drain;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.DrainPlan.Turn;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Moves those whom a change of the rollout, or the end of this node, concerns: finds them in every population, and tells
 * one after the other, each at a random moment of its share of the spread and not faster than the rate. Whether a client
 * has to go is asked again when its turn has come, since it may have changed back.
 *
 * <p>There is one drain at a time. A newer change looks at everybody afresh and takes over; who was told before is not
 * reachable any more and so not told again. A rollback or a kill switch keeps its deadline whatever else is changed
 * meanwhile: everybody is told within {@link #URGENT_SPREAD} and a tick. These two, and a shutdown, never wait for the
 * polling side; a lowering by hand does.
 *
 * <p>One timer for all: {@link #tick} every {@link #TICK}, on one and the same thread. Everything else may be called on
 * any thread unless it says otherwise, and returns at once. In line, a client costs one small object.
 */
public final class Drain {
    private static final Logger LOG = Logger.getLogger(Drain.class);

    /** Small beside the spread, and twenty wake-ups a second cost nothing. */
    public static final Duration TICK = Duration.ofMillis(50);

    /** Five seconds from a verdict to the last client are promised; what is left pays for ticks, hops and stalls. */
    public static final Duration URGENT_SPREAD = Duration.ofSeconds(4);

    /** However low the rate is set: twice what 1,000 clients within the urgent spread need. */
    private static final double URGENT_PER_SECOND = 500;

    private static final double AS_MANY_AS_ARE_DUE = 1e9;

    /** How long clients that cannot resume may take to acknowledge; with the urgent spread still below 5 s. */
    private static final Duration URGENT_PATIENCE = Duration.ofMillis(500);

    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(5);

    private final List<Movables> populations;
    private final Supplier<RolloutState> state;
    private final DrainSettings settings;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final DrainObserver observer;
    private final Patience patience;
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private volatile @Nullable DrainPlan plan;
    private volatile DrainProgress lastDone = DrainProgress.NONE;
    private volatile @Nullable Going going;

    /** A wish for a new plan; {@code before} and {@code now} are equal on a shutdown. */
    private record Order(RolloutState before, RolloutState now, Instant at) {}

    /** This node goes down. */
    private record Going(Duration within, Duration patience) {}

    /**
     * @param populations everybody who may have to move
     * @param state the snapshot in force; one volatile read
     * @param strain how the polling side is doing
     */
    public Drain(
            List<Movables> populations,
            Supplier<RolloutState> state,
            DrainSettings settings,
            PollingStrain strain,
            InstantSource clock,
            RandomGenerator random,
            DrainObserver observer) {
        this.populations = List.copyOf(populations);
        this.state = state;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.observer = observer;
        this.patience = new Patience(strain, settings.pauseAbove());
    }

    /** The rollout changed: a listener of the control. */
    public void rolloutChanged(RolloutState before, RolloutState now) {
        orders.add(new Order(before, now, clock.instant()));
    }

    /**
     * This node goes down: everybody is told, and nothing but that happens from now on.
     *
     * @param within over which time they are spread; there is no other bound on the rate
     * @param acknowledgements how long clients that cannot resume may take to acknowledge
     */
    public void shutDown(Duration within, Duration acknowledgements) {
        going = new Going(within, acknowledgements);
        orders.add(new Order(state.get(), state.get(), clock.instant()));
    }

    /**
     * A client became visible to visits: looks whether the state it was admitted under has passed meanwhile. On the
     * client's context.
     */
    public void joined(String protocol, Movable client) {
        DrainPlan now = plan;
        if (going != null && now != null && now.cause() == DrainCause.SHUTDOWN) {
            consider(now, protocol, client);
        } else {
            // Nearly always there is nothing to tell, and the few that there are came at moments of their own.
            tell(client, protocol, null);
        }
    }

    /** Time passed. On the pacing thread; {@code millis} is of a clock that only goes forward. */
    public void tick(long millis) {
        takeOrders(millis);
        DrainPlan now = plan;
        if (now == null || now.finished() && !now.hasWork()) {
            return;
        }
        if (now.cause().mayWait() && now.hasWork() && patience.waits(millis)) {
            if (now.pause(millis)) {
                observer.paused();
                LOG.warnf(
                        "the drain waits for the polling side, %d clients remain [cause: %s]",
                        now.progress().remaining(), now.cause().wire());
            }
            return;
        }
        now.advance(millis, turn -> hand(now, turn));
        if (now.finished() && now.progress().total() > 0) {
            lastDone = now.progress();
            LOG.infof(
                    "the drain is done: %d clients told, %d stayed [cause: %s]",
                    lastDone.drained(), lastDone.stayed(), now.cause().wire());
        }
    }

    private void takeOrders(long millis) {
        DrainPlan before = plan;
        if (before != null && before.cause() == DrainCause.SHUTDOWN) {
            orders.clear(); // nothing comes after it
            return;
        }
        DrainCause cause = null;
        Instant since = null;
        if (before != null && !before.finished()) {
            cause = before.cause();
            since = before.since();
        }
        boolean ordered = false;
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            ordered = true;
            DrainCause fresh = going != null ? DrainCause.SHUTDOWN : DrainCause.of(order.before, order.now);
            boolean keeps = cause != null && cause.outlasts(order.before, order.now) && cause.compareTo(fresh) >= 0;
            if (!keeps) {
                cause = fresh;
                since = order.at;
            }
        }
        if (ordered && cause != null && since != null) {
            begin(cause, since, before, millis);
        }
    }

    private void begin(DrainCause cause, Instant since, @Nullable DrainPlan before, long millis) {
        Pace pace = new Pace(
                millis,
                spread(cause, before, millis),
                rate(cause),
                DrainPlan.startAfter(before, millis, random),
                random);
        DrainPlan fresh = new DrainPlan(cause, since, pace, settings.order(), random, millis, populations.size());
        plan = fresh;
        for (Movables population : populations) {
            String protocol = population.protocol();
            try {
                population.visit(client -> consider(fresh, protocol, client), fresh::visited);
            } catch (RuntimeException e) {
                // The other populations are still to be told.
                LOG.errorf(e, "clients could not be visited [protocol: %s]", protocol);
                fresh.visited();
            }
        }
    }

    /** An urgent drain that is under way keeps its end. */
    private long spread(DrainCause cause, @Nullable DrainPlan before, long millis) {
        Going down = going;
        if (down != null) {
            return down.within.toMillis();
        }
        long usual = settings.spread().toMillis();
        if (!cause.urgent()) {
            return usual;
        }
        long urgent = Math.min(usual, URGENT_SPREAD.toMillis());
        boolean underWay =
                before != null && !before.finished() && before.cause().urgent();
        return before != null && underWay ? Math.min(urgent, before.pace().left(millis)) : urgent;
    }

    private double rate(DrainCause cause) {
        if (cause == DrainCause.SHUTDOWN) {
            return AS_MANY_AS_ARE_DUE;
        }
        return cause.urgent() ? Math.max(settings.maxPerSecond(), URGENT_PER_SECOND) : settings.maxPerSecond();
    }

    /** On the client's context. */
    private void consider(DrainPlan into, String protocol, Movable client) {
        if (farewell(client) != null && into.enlist(protocol, client)) {
            observer.started(into.cause());
            LOG.infof("clients have to move [cause: %s]", into.cause().wire());
        }
    }

    private void hand(DrainPlan of, Turn turn) {
        try {
            turn.client().execute(() -> tell(turn.client(), turn.protocol(), of));
        } catch (RuntimeException e) {
            of.stayed(); // its context is gone, and so is it
        }
    }

    /** On the client's context. */
    private void tell(Movable client, String protocol, @Nullable DrainPlan of) {
        boolean told = false;
        try {
            Mode from = client.mode();
            Farewell farewell = farewell(client);
            if (farewell != null && client.move(farewell)) {
                told = true;
                observer.told(protocol, from, farewell);
            }
        } catch (RuntimeException e) {
            // One client's fault must not keep a rollback from the others.
            LOG.errorf(e, "a client could not be told to move [protocol: %s]", protocol);
        }
        if (of != null && told) {
            of.drained();
        } else if (of != null) {
            of.stayed();
        }
    }

    /** What it is to be told now; null where there is nothing, or nobody to tell it to. */
    private @Nullable Farewell farewell(Movable client) {
        if (!client.reachable()) {
            return null;
        }
        Going down = going;
        if (down != null) {
            return new Farewell(Disconnect.SHUTDOWN, client.mode(), "shutdown", down.patience);
        }
        if (!client.identified()) {
            return null;
        }
        RolloutState now = state.get();
        Course course = Course.of(client, now);
        if (course == null) {
            return null;
        }
        DrainPlan present = plan;
        boolean hurry = present != null && present.cause().urgent();
        return new Farewell(
                Disconnect.SWITCH_TO_POLLING, course.to(), course.reason(), hurry ? URGENT_PATIENCE : USUAL_PATIENCE);
    }

    /** The present drain, or the last one that moved anybody. */
    public DrainProgress progress() {
        DrainPlan now = plan;
        if (now == null) {
            return lastDone;
        }
        DrainProgress progress = now.progress();
        return progress.total() == 0 ? lastDone : progress;
    }

    /** Connections of every population that a shutdown waits for. */
    public int open() {
        return populations.stream().mapToInt(Movables::open).sum();
    }
}
