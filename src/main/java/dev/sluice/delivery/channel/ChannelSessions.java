package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sessions with channels on this node: opened, found, restored from the store, and looked at by operators. */
public final class ChannelSessions {
    private static final long NOT_STARTED = -1;

    /**
     * What it stands on.
     *
     * @param registry whose tick tells the sessions the time
     * @param writer where saves to the store are put in order; any home
     * @param random gives short random texts, safe in a URL and without {@code .} and {@code ~}; any thread
     * @param observers hears of every session, by the protocol of its client
     */
    public record Ports(
            Broker broker,
            ChannelPolicies policies,
            SessionStore store,
            SessionRegistry registry,
            MemoryBudget budget,
            Home writer,
            InstantSource clock,
            Supplier<String> random,
            Function<String, SessionObserver> observers,
            ChannelObserver channels) {}

    private final Ports ports;
    private final ChannelLimits limits;
    private final SessionRecords records;
    private final Map<SessionId, ChannelSession> byId = new ConcurrentHashMap<>();
    private final Map<SessionId, Uni<@Nullable ChannelSession>> restoring = new ConcurrentHashMap<>();
    private final Map<Home, ChannelHub> hubs = new ConcurrentHashMap<>();
    /** Each set belongs to its home. */
    private final Map<Home, Set<ChannelSession>> byHome = new ConcurrentHashMap<>();

    private final Map<ChannelName, Integer> subscribers = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong startedAt = new AtomicLong(NOT_STARTED);
    private final List<Consumer<ChannelSession>> onEnded = new CopyOnWriteArrayList<>();

    public ChannelSessions(Ports ports, ChannelLimits limits) {
        this.ports = ports;
        this.limits = limits;
        this.records = new SessionRecords(ports.writer(), ports.store());
    }

    Ports ports() {
        return ports;
    }

    ChannelLimits limits() {
        return limits;
    }

    SessionRecords records() {
        return records;
    }

    ChannelHub hub(Home home) {
        return hubs.computeIfAbsent(
                home,
                h -> new ChannelHub(
                        h,
                        ports.broker(),
                        ports.budget(),
                        limits.perTurn(),
                        () -> relieve(h, ports.clock().millis())));
    }

    // ---- open and find

    /**
     * A new session without a connection, which has to attach in time. On that home, which it keeps.
     *
     * @param id unguessable, never used before
     * @throws SluiceException {@code too-many-connections} where the node holds as many as it may
     */
    public ChannelSession open(Home home, SessionId id, Client client) {
        String epoch = SessionEpoch.of(ports.random().get(), ports.random().get());
        return make(home, id, client, epoch, limits.session());
    }

    private ChannelSession make(Home home, SessionId id, Client client, String epoch, SessionLimits deadlines) {
        if (count.incrementAndGet() > limits.maxSessions()) {
            count.decrementAndGet();
            throw SluiceException.retryLater(ProblemCode.TOO_MANY_CONNECTIONS, Duration.ofSeconds(10));
        }
        ChannelSession opened = new ChannelSession(id, client, home, this, epoch, deadlines);
        byId.put(id, opened);
        byHome.computeIfAbsent(home, h -> new HashSet<>()).add(opened);
        ports.registry().add(home, opened.session());
        return opened;
    }

    void buried(ChannelSession over) {
        ports.registry().remove(over.home(), over.session());
        Set<ChannelSession> neighbours = byHome.get(over.home());
        if (neighbours != null) {
            neighbours.remove(over);
        }
        if (byId.remove(over.id(), over)) {
            count.decrementAndGet();
            onEnded.forEach(listener -> listener.accept(over));
        }
    }

    /** Tells of each session that is over, once, on its home; must return soon. Any thread. */
    public void onEnded(Consumer<ChannelSession> listener) {
        onEnded.add(listener);
    }

    /** The session with that id on this node, null where there is none. Any thread; go on on its home. */
    public @Nullable ChannelSession find(SessionId id) {
        return byId.get(id);
    }

    /** Those in memory, as they come and go meanwhile. Any thread; go on on the home of each. */
    public Stream<ChannelSession> all() {
        return byId.values().stream();
    }

    /**
     * The session with that id, from memory or made again from its record; null where there is neither. It is not
     * attached; where the owner is another one the attach says so. Any thread, and answers on any; go on on its home.
     *
     * @param home where it will live if it has to be made
     */
    public Uni<@Nullable ChannelSession> restore(Home home, SessionId id) {
        ChannelSession present = byId.get(id);
        return present != null
                ? Uni.createFrom().item(present)
                : restoring.computeIfAbsent(id, missing -> load(home, missing));
    }

    private Uni<@Nullable ChannelSession> load(Home home, SessionId id) {
        return records.load(SessionEpoch.key(id))
                .chain(found -> found == null ? Uni.createFrom().<ChannelSession>nullItem() : restore(home, id, found))
                .onTermination()
                .invoke(() -> restoring.remove(id))
                .memoize()
                .indefinitely();
    }

    private Uni<ChannelSession> restore(Home home, SessionId id, SessionRecord found) {
        return Uni.createFrom()
                .emitter(emitter -> home.execute(() -> {
                    ChannelSession present = byId.get(id);
                    if (present != null) {
                        emitter.complete(present);
                        return;
                    }
                    try {
                        String epoch =
                                SessionEpoch.of(found.epoch(), ports.random().get());
                        // Whoever asked may not be its client, who has the whole grace to come.
                        SessionLimits deadlines = new SessionLimits(
                                limits.session().grace(),
                                limits.session().grace(),
                                limits.session().stall());
                        ChannelSession made = make(home, id, found.client(), epoch, deadlines);
                        made.restore(found);
                        ports.channels().restored();
                        emitter.complete(made);
                    } catch (RuntimeException e) {
                        emitter.fail(e);
                    }
                }));
    }

    // ---- look at

    /** Visits every session of that home; the visitor may end them. On that home. */
    public void visit(Home home, Consumer<ChannelSession> visitor) {
        List.copyOf(sessions(home)).forEach(visitor);
    }

    private Collection<ChannelSession> sessions(Home home) {
        Set<ChannelSession> there = byHome.get(home);
        return there == null ? List.of() : there;
    }

    /** What operators see of all sessions of the node. Any thread. */
    public Uni<List<SessionView>> views() {
        return Uni.createFrom().emitter(emitter -> {
            List<Home> homes = List.copyOf(byHome.keySet());
            ConcurrentLinkedQueue<SessionView> views = new ConcurrentLinkedQueue<>();
            AtomicInteger open = new AtomicInteger(homes.size() + 1);
            Runnable done = () -> {
                if (open.decrementAndGet() == 0) {
                    emitter.complete(List.copyOf(views));
                }
            };
            long now = ports.clock().millis();
            for (Home home : homes) {
                home.execute(() -> {
                    sessions(home).forEach(session -> views.add(session.view(now)));
                    done.run();
                });
            }
            done.run();
        });
    }

    /** Sessions in memory. Any thread. */
    public int size() {
        return count.get();
    }

    /** Sessions of this node that are subscribed to the channel. Any thread. */
    public int subscribers(ChannelName channel) {
        return subscribers.getOrDefault(channel, 0);
    }

    void subscribed(ChannelName channel) {
        subscribers.merge(channel, 1, Integer::sum);
    }

    void unsubscribed(ChannelName channel) {
        subscribers.computeIfPresent(channel, (name, had) -> had == 1 ? null : had - 1);
    }

    // ---- time and memory

    /** Tells the time: what was out of reach is tried again, records are saved, memory is kept. On that home. */
    public void tick(Home home, long now) {
        hub(home).tick();
        visit(home, session -> session.tick(now));
        relieve(home, now);
        records.tick();
        long started = startedAt.get();
        long grace = limits.session().grace().toMillis();
        if (started != NOT_STARTED && now - started >= grace && startedAt.compareAndSet(started, NOT_STARTED)) {
            records.deleteSavedBefore(Instant.ofEpochMilli(started));
        }
    }

    /**
     * The node serves: what was stored before and is not restored within the grace will be removed. Once, at start. Any
     * thread.
     */
    public void started() {
        startedAt.set(ports.clock().millis());
    }

    /** Whether more than half of the node's budget is used. Any thread. */
    boolean isTight() {
        return ports.budget().tight();
    }

    /** What one session may hold of the node's budget where all hold alike. Any thread. */
    long share() {
        return ports.budget().share(count.get());
    }

    /**
     * Where the node holds more than its budget: those who are away let go of what they hold, the longest away first, on
     * every home; only then those who are attached, who hold the most first: of what their connections took, and where
     * that does not do, of all of it, with their connections. Each home does its share.
     */
    private void relieve(Home home, long now) {
        cutDownAway(home, now);
        if (ports.budget().fits(0)) {
            return;
        }
        List<Home> others =
                byHome.keySet().stream().filter(other -> !other.equals(home)).toList();
        AtomicInteger left = new AtomicInteger(others.size() + 1);
        Runnable done = () -> {
            if (left.decrementAndGet() == 0) {
                home.execute(() -> cutDownAttached(home));
            }
        };
        for (Home other : others) {
            other.execute(() -> {
                cutDownAway(other, now);
                done.run();
            });
        }
        done.run();
    }

    private void cutDownAway(Home home, long now) {
        Comparator<ChannelSession> last =
                Comparator.comparingLong((ChannelSession each) -> each.session().awayMillis(now));
        relieve(home, session -> !session.isAttached(), last, ChannelSession::cutDown);
    }

    private void cutDownAttached(Home home) {
        Comparator<ChannelSession> last = Comparator.comparingLong(ChannelSession::heldBytes);
        // Who reads and never says so holds as much as who does not read.
        relieve(home, ChannelSession::isAttached, last, ChannelSession::letGoOfSent);
        relieve(home, ChannelSession::isAttached, last, ChannelSession::cutDown);
    }

    private void relieve(
            Home home,
            Predicate<ChannelSession> which,
            Comparator<ChannelSession> last,
            Consumer<ChannelSession> letGo) {
        if (ports.budget().fits(0)) {
            return;
        }
        List<ChannelSession> candidates = sessions(home).stream()
                .filter(session -> session.heldBytes() > 0 && which.test(session))
                .sorted(last.reversed())
                .toList();
        for (ChannelSession session : candidates) {
            if (ports.budget().fits(0)) {
                return;
            }
            letGo.accept(session);
        }
    }
}
