package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Transport;
import dev.sluice.delivery.session.Transport.Completion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO session: an ordered, virtual connection over polling and WebSocket that carries many sessions of the
 * delivery engine, each through a {@linkplain #branch branch}. What they send waits in their mailboxes until a carrier
 * is there; only the connection's own packets wait here, within a bound.
 *
 * <p>A GET acknowledges what the GETs before it were answered with; a pong acknowledges what was written before its ping.
 *
 * <p>Everything on its home, unless it says otherwise. Each state that waits has a deadline, looked at by {@link #tick}.
 *
 * @see <a href="https://github.com/socketio/engine.io-protocol">Engine.IO protocol, revision 4</a>
 */
public final class EngineConnection {
    private static final Payload PING = Payload.text("2");
    private static final Payload NOOP = Payload.text("6");
    private static final Payload CLOSE = Payload.text("1");
    /** Counts every connection of this process, whichever home it has: the order is over all of them. */
    private static final AtomicLong OPENED = new AtomicLong();

    private enum State {
        OPEN,
        /** It is to go once what was sent is acknowledged; nothing new is sent. */
        LEAVING,
        CLOSED
    }

    private final String sid;
    private final long opened = OPENED.incrementAndGet();
    private final Home home;
    private final EngineSettings settings;
    private final InstantSource clock;
    private final Heartbeat heartbeat;
    private final Branches branches = new Branches(this);
    private final Carrier carrier;
    private final PollAnswers polls;
    private final Upgrade upgrade;
    private @Nullable EngineUser user;
    private State state = State.OPEN;
    private volatile long roundTrip;

    // ---- its end
    private boolean leftByItself;
    /** Its client left by a POST, and the GET that is to end with it is not here: it may be on its way. */
    private boolean owesNoop;

    private long deadline = Long.MAX_VALUE;
    private Disconnect deadlineIs = Disconnect.SILENT;
    private @Nullable Runnable onClosed;

    public EngineConnection(
            String sid, Home home, EngineSettings settings, InstantSource clock, Alarms alarms, EngineObserver seen) {
        this.sid = sid;
        this.home = home;
        this.settings = settings;
        this.clock = clock;
        this.carrier = new Carrier(seen);
        this.heartbeat = new Heartbeat(settings, clock.millis());
        this.polls = new PollAnswers(settings.maxQueued(), home, this::answerLost);
        this.upgrade = new Upgrade(polls, alarms, seen, this::upgraded);
    }

    /**
     * Who hears what the client says. Once, before the first carrier.
     *
     * @param over told after everybody else that it is over
     */
    public void serve(EngineUser carried, Runnable over) {
        user = carried;
        onClosed = over;
    }

    private EngineUser user() {
        if (user == null) {
            throw new IllegalStateException("nobody is served");
        }
        return user;
    }

    /** The connection's secret name. Any thread. */
    public String sid() {
        return sid;
    }

    /**
     * Rises with each connection. A client hears of one before it gives it up for the next, so of two connections of one
     * client that with the higher number is the one that it counts on. Any thread.
     */
    public long opened() {
        return opened;
    }

    /** Any thread. */
    public Home home() {
        return home;
    }

    /** What carries it now. Any thread. */
    public TransportKind kind() {
        return carrier.kind();
    }

    /** The last ping's round trip over a WebSocket in milliseconds. Any thread. */
    public long roundTripMillis() {
        return carrier.isSocket() ? roundTrip : 0;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Whether one more GET is answered although it is over. On its home. */
    public boolean owesNoop() {
        return owesNoop;
    }

    /** Whether it can be told anything: neither told to go nor gone. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    // ---- the sessions it carries

    /**
     * A transport for one session.
     *
     * @param sessionHome where the session lives
     * @param onClose the session has no more use of the connection; on the session's home
     */
    public Transport branch(Home sessionHome, Consumer<Disconnect> onClose) {
        return branches.open(sessionHome, onClose);
    }

    /** The session behind that branch is attached: from now on it is sent for, and told what its client has. */
    public void attached(Transport branch, LongConsumer acknowledged) {
        branches.attached(branch, acknowledged);
    }

    /** That branch is used no more. */
    public void detached(Transport branch) {
        branches.detached(branch);
    }

    /** Whether a batch would go out, or soon. */
    boolean takes() {
        if (state != State.OPEN) {
            return false;
        }
        EngineSocket socket = carrier.socket();
        return socket == null ? polls.takes() : socket.writable();
    }

    /** Sends packets of a session. */
    void take(List<Payload> packets, Completion done) {
        EngineSocket socket = carrier.socket();
        if (state == State.CLOSED) {
            done.done(false);
        } else if (socket != null) {
            socket.send(packets, done);
        } else {
            polls.add(packets, done);
        }
    }

    /** The same for one packet. */
    void take(Payload packet, Completion done) {
        EngineSocket socket = carrier.socket();
        if (socket != null && state != State.CLOSED) {
            socket.send(packet, done);
        } else {
            take(List.of(packet), done);
        }
    }

    /** A session has said what it has for now. Where it is the only one, nothing else comes that could go along. */
    void took() {
        if (carrier.isSocket()) {
            return;
        }
        if (branches.isOne()) {
            polls.flush();
        } else {
            polls.flushSoon();
        }
    }

    /** Sends a packet of the connection's own, ahead of what waits in mailboxes. */
    public void send(Payload packet) {
        send(List.of(packet));
    }

    /** The same for packets that stay together. */
    public void send(List<Payload> packets) {
        if (state == State.CLOSED) {
            return;
        }
        if (!carrier.isSocket() && polls.isFull()) {
            close(Disconnect.SLOW_CONSUMER);
            return;
        }
        take(packets, accepted -> {});
        polls.flushSoon();
    }

    // ---- polling

    /** Whether requests of that transport are for it: after an upgrade no GET and no POST is. */
    private boolean isCarriedBy(TransportKind asked) {
        return state != State.CLOSED && carrier.kind() == asked;
    }

    /** A GET came. What the GETs before it were answered with has arrived. */
    public void poll(EnginePoll fresh) {
        if (owesNoop) {
            owesNoop = false;
            fresh.answer(List.of(NOOP), accepted -> {});
            return;
        }
        if (!isCarriedBy(TransportKind.POLLING)) {
            fresh.refuse(state == State.CLOSED ? EngineErrors.SID_UNKNOWN : EngineErrors.BAD_REQUEST);
            return;
        }
        if (polls.isParked()) {
            fresh.refuse(EngineErrors.BAD_REQUEST);
            close(Disconnect.PROTOCOL_ERROR);
            return;
        }
        if (polls.wasAnswered()) {
            branches.acknowledge();
        }
        polls.park(fresh, branches::mark);
        upgrade.polled();
        if (state == State.LEAVING) {
            leaveByPoll(deadlineIs);
            return;
        }
        branches.grant();
        polls.flushSoon();
    }

    /** The client of a GET that waits went away. */
    public void pollGone(EnginePoll gone) {
        if (polls.isParked(gone)) {
            polls.forget();
            end(null);
        }
    }

    /** An answer did not reach the client, who begins anew then. */
    private void answerLost() {
        end(null);
    }

    /**
     * A POST came: its packets, in order.
     *
     * @return false where one of them broke the protocol, or nobody is here any more
     */
    public boolean post(List<EnginePacket> packets) {
        if (!isCarriedBy(TransportKind.POLLING)) {
            return false;
        }
        for (EnginePacket packet : packets) {
            if (state == State.CLOSED) {
                return leftByItself;
            }
            packet(packet);
        }
        return state != State.CLOSED || leftByItself;
    }

    // ---- WebSocket

    /** It begins with a WebSocket. */
    public void begin(EngineSocket first) {
        carrier.begin(first);
    }

    /** A WebSocket is about to come for it, and its client about to hear so. Any thread. */
    public void expectProbe(boolean coming) {
        upgrade.expect(coming);
    }

    /** A WebSocket came for it. One that comes while another probes, or after the upgrade, is closed. */
    public void probe(EngineSocket fresh) {
        upgrade.expect(false);
        if (state != State.OPEN || carrier.isSocket() || upgrade.isUnderWay()) {
            fresh.close(Disconnect.PROTOCOL_ERROR);
        } else {
            upgrade.begin(fresh, clock.millis() + settings.upgradeTimeout().toMillis());
        }
    }

    /** A message was read from a WebSocket of it. */
    public void message(EngineSocket from, Payload message) {
        EnginePacket packet;
        try {
            packet = EngineCodec.decode(message);
        } catch (RuntimeException malformed) {
            if (upgrade.isBy(from)) {
                upgrade.drop(Disconnect.PROTOCOL_ERROR);
            } else if (carrier.isBy(from)) {
                close(Disconnect.PROTOCOL_ERROR);
            }
            return;
        }
        if (upgrade.isBy(from)) {
            upgrade.packet(from, packet);
        } else if (carrier.isBy(from)) {
            carrier.heard();
            packet(packet);
        }
    }

    private void upgraded(EngineSocket to) {
        carrier.upgraded(to);
        polls.moveTo(to);
        branches.grant();
    }

    /** What came over a WebSocket was too much. */
    public void refused(EngineSocket from, Disconnect why) {
        if (carrier.isBy(from)) {
            close(why);
        } else {
            from.close(why);
        }
    }

    /** A WebSocket takes writes again. */
    public void writable(EngineSocket socket) {
        if (carrier.isBy(socket)) {
            branches.grant();
        }
    }

    /**
     * A WebSocket is gone.
     *
     * @param why what it was closed with; null where it was cut
     */
    public void socketGone(EngineSocket gone, @Nullable Disconnect why) {
        if (upgrade.isBy(gone)) {
            // The session lives on with its polling.
            upgrade.gone(why);
        } else if (carrier.isBy(gone)) {
            end(why);
        }
    }

    // ---- what the client says

    private void packet(EnginePacket packet) {
        switch (packet.type()) {
            case MESSAGE -> user().message(packet.data());
            case PONG -> pong();
            case CLOSE -> {
                leftByItself = true;
                owesNoop = !carrier.isSocket() && !polls.isParked();
                polls.answerWith(NOOP);
                close(Disconnect.NORMAL);
            }
            case NOOP -> {
                // Says nothing.
            }
            case OPEN, PING, UPGRADE -> close(Disconnect.PROTOCOL_ERROR);
        }
    }

    private void pong() {
        if (!heartbeat.ponged(clock.millis())) {
            return;
        }
        roundTrip = heartbeat.roundTripMillis();
        if (carrier.isSocket()) {
            branches.acknowledge();
        }
        if (state == State.LEAVING) {
            close(deadlineIs);
        }
    }

    private void ping() {
        heartbeat.pinged(clock.millis());
        if (carrier.isSocket()) {
            branches.mark();
        }
        send(PING);
    }

    /** Asks the client for a sign early, since much is sent and not acknowledged. Polling needs none. */
    public void askWhereItIs() {
        if (state == State.OPEN && carrier.isSocket() && !heartbeat.isAwaiting()) {
            ping();
        }
    }

    // ---- time

    /** Time passed. */
    public void tick(long now) {
        if (state == State.CLOSED) {
            return;
        }
        upgrade.tick(now);
        if (now >= deadline) {
            close(deadlineIs);
            return;
        }
        switch (heartbeat.at(now)) {
            case GIVE_UP -> close(Disconnect.SILENT);
            case PING -> ping();
            case NOTHING -> {
                // The client is heard of in time.
            }
        }
        if (state != State.CLOSED) {
            user().tick(now);
        }
    }

    // ---- how it ends

    /**
     * It is to go: what was sent is to be acknowledged first, and nothing more is sent. Its client comes back with a new
     * handshake.
     *
     * @param patience how long at most to wait for that
     * @return false where it is going already
     */
    public boolean moveAway(Disconnect why, Duration patience) {
        if (state != State.OPEN) {
            return false;
        }
        branches.revoke();
        deadline = clock.millis() + patience.toMillis();
        deadlineIs = why;
        state = State.LEAVING;
        if (carrier.isSocket()) {
            ping();
        } else if (polls.isParked()) {
            leaveByPoll(why);
        }
        return true;
    }

    /** Whatever was answered before is acknowledged by the GET that waits; what there is goes first, and alone. */
    private void leaveByPoll(Disconnect why) {
        if (polls.isEmpty()) {
            close(why);
        } else {
            polls.end(CLOSE);
        }
    }

    /** Ends it now. Sessions stay for their grace. */
    public void close(Disconnect why) {
        if (state == State.CLOSED) {
            return;
        }
        polls.end(CLOSE);
        EngineSocket socket = carrier.socket();
        end(why);
        if (socket != null) {
            socket.close(why);
        }
    }

    private void end(@Nullable Disconnect why) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        upgrade.drop(why == null ? Disconnect.SESSION_GONE : why);
        polls.drop();
        branches.end();
        carrier.ended(why);
        user().closed(why);
        if (onClosed != null) {
            onClosed.run();
        }
    }
}
