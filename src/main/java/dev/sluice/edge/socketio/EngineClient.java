package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.edge.client.ClientKey;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.loop.ByLoop;
import dev.sluice.identity.Token;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Movable;
import io.github.bucket4j.Bucket;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The client of one engine connection: decided once, on what its handshake shows. What a namespace is told later never
 * changes it. On the connection's home, unless it says otherwise.
 */
final class EngineClient extends ByLoop.Member implements Movable {

    /**
     * What the handshake shows.
     *
     * @param origin the page's, null for none
     * @param canPoll false where the client says that it cannot
     * @param told how it was served then
     */
    record Handshake(
            ClientIdentity identity,
            ClientKey key,
            String address,
            @Nullable String origin,
            boolean canPoll,
            Mode told,
            long at) {}

    private static final long SEEN_MILLIS = 1_000;

    private final EngineConnection connection;
    private final Handshake handshake;
    private final RolloutGate gate;
    private final InstantSource clock;
    private final ContextInternal context;
    private final Function<String, Bucket> budgets;
    private final Duration toUpgrade;
    /** Tokens that its sockets showed, beside the handshake's. */
    private volatile Set<UUID> shown = Set.of();

    /** What its messages are taken from. */
    private volatile Bucket budget;

    private volatile boolean triedWebSocket;
    /** A client that came back to where it was will do so again: it may be sent away and nothing is lost. */
    private boolean resumes;

    /** When it may not be on polling any more, unless that is allowed again by then. */
    private long upgradeBy = Long.MAX_VALUE;

    /** Its requests may come over several connections, each on an event loop of its own. */
    private final AtomicBoolean posting = new AtomicBoolean();

    private volatile @Nullable Seen seen;

    /**
     * @param budgets of messages, by whose they are
     * @param toUpgrade how long it may be on polling where that is for the upgrade alone
     */
    EngineClient(
            EngineConnection connection,
            Handshake handshake,
            RolloutGate gate,
            Function<String, Bucket> budgets,
            Duration toUpgrade,
            InstantSource clock,
            ContextInternal context) {
        this.connection = connection;
        this.handshake = handshake;
        this.gate = gate;
        this.budgets = budgets;
        this.toUpgrade = toUpgrade;
        this.clock = clock;
        this.context = context;
        ClientIdentity identity = handshake.identity();
        this.budget = identity.anonymous() ? budgets.apply("address/" + handshake.address()) : budgetOf(identity);
    }

    EngineConnection connection() {
        return connection;
    }

    Home home() {
        return connection.home();
    }

    Handshake handshake() {
        return handshake;
    }

    ClientIdentity identity() {
        return handshake.identity();
    }

    ClientKey key() {
        return handshake.key();
    }

    /** Whether a request of another page, or somebody else's credential, comes with its id. Any thread. */
    boolean isStolen(@Nullable String origin, ClientIdentity shown) {
        boolean otherPage = handshake.origin() != null && origin != null && !origin.equals(handshake.origin());
        return otherPage
                || !shown.anonymous()
                        && !shown.owner().equals(handshake.identity().owner());
    }

    /** One of its sockets proves who that is. */
    void proves(ClientIdentity who) {
        if (who.token() != null) {
            // By one writer, on the home.
            Set<UUID> more = new HashSet<>(shown);
            more.add(who.token().id());
            shown = Set.copyOf(more);
        }
        if (handshake.identity().anonymous() && !who.anonymous()) {
            budget = budgetOf(who);
        }
    }

    /** Whether it, or one of its sockets, was opened with that token. Any thread. */
    boolean holds(UUID tokenId) {
        Token token = handshake.identity().token();
        return token != null && token.id().equals(tokenId) || shown.contains(tokenId);
    }

    // ---- one POST at a time

    boolean beginsPost() {
        return !posting.getAndSet(true);
    }

    void endsPost() {
        posting.set(false);
    }

    // ---- how it is served, any thread

    static Applicant applicant(Handshake handshake) {
        Token token = handshake.identity().token();
        String tokenId = token == null ? null : token.id().toString();
        return new Applicant(handshake.key().value(), tokenId, Map.of(), handshake.canPoll(), false);
    }

    Applicant applicant() {
        return applicant(handshake);
    }

    Serving serving() {
        return gate.servingOf(applicant());
    }

    /**
     * How it is served, and who it is to observers, as of a moment ago: requests of one client may come by the hundred a
     * second, and none of them is decided by it.
     */
    Seen seen(long now) {
        Seen last = seen;
        if (last == null || now - last.at() >= SEEN_MILLIS) {
            gate.sawHttp(handshake.key().value());
            last = new Seen(serving().mode(), EngineWitness.of(handshake, gate), now);
            seen = last;
        }
        return last;
    }

    record Seen(Mode mode, ObservedClient observed, long at) {}

    /** Its messages are taken from that: its address's, until it or one of its sockets proves who it is. */
    Bucket budget() {
        return budget;
    }

    private Bucket budgetOf(ClientIdentity who) {
        return budgets.apply("client/" + who.owner() + "/" + handshake.key().value());
    }

    void triesWebSocket() {
        triedWebSocket = true;
    }

    void cameBack() {
        resumes = true;
    }

    // ---- without fallback

    /**
     * Where polling is allowed for the handshake and the upgrade alone, it is to be on a WebSocket in time.
     *
     * @return false where it may go on polling, or has its time already
     */
    boolean mustHurry() {
        if (upgradeBy != Long.MAX_VALUE || mode() == Mode.WEBSOCKET || serving().mayPoll()) {
            return false;
        }
        upgradeBy = clock.millis() + toUpgrade.toMillis();
        return true;
    }

    private void isLate() {
        upgradeBy = Long.MAX_VALUE;
        if (mode() == Mode.POLLING && !serving().mayPoll()) {
            connection.close(Disconnect.SWITCH_TO_POLLING);
        }
    }

    // ---- time

    @Override
    public ContextInternal context() {
        return context;
    }

    @Override
    public void tick(long now) {
        if (now >= upgradeBy) {
            isLate();
        }
        connection.tick(now);
    }

    // ---- the drain

    @Override
    public ClientFacts facts() {
        return gate.factsOf(applicant());
    }

    @Override
    public Mode mode() {
        return connection.kind() == TransportKind.WEBSOCKET ? Mode.WEBSOCKET : Mode.POLLING;
    }

    @Override
    public Mode told() {
        return mode() == Mode.WEBSOCKET ? Mode.WEBSOCKET : handshake.told();
    }

    @Override
    public boolean fallback() {
        return gate.inFallback(handshake.key().value());
    }

    @Override
    public boolean able() {
        return triedWebSocket || handshake.told() == Mode.WEBSOCKET;
    }

    @Override
    public boolean reachable() {
        return connection.isOpen();
    }

    @Override
    public long connectedAt() {
        return handshake.at();
    }

    @Override
    public void execute(Runnable task) {
        connection.home().execute(task);
    }

    /**
     * There is no way up in the protocol but a new handshake. A client that is on polling is asked for one only where it
     * showed that it comes back to where it was; others have theirs when they reconnect, or when they may not poll any
     * more.
     */
    @Override
    public boolean move(Farewell farewell) {
        if (mode() == Mode.POLLING && !resumes && farewell.why() != Disconnect.SHUTDOWN) {
            return mustHurry();
        }
        return connection.moveAway(farewell.why(), farewell.patience());
    }
}
