package dev.sluice.protocol.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Encoder;
import dev.sluice.protocol.agent.AgentReception.Seat;
import dev.sluice.protocol.json.ConnectionLimits;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.json.KeepAlive;
import dev.sluice.protocol.json.MalformedBudget;
import dev.sluice.protocol.json.SocketLink;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One agent's socket: greets it, answers it, and tells time what to do with it. Its commands do not pass through here;
 * they flow from its session straight to the transport.
 *
 * <p>Everything on the socket's context. Each state that waits has a deadline, looked at by {@link #tick}.
 */
public final class AgentConnection {
    public static final String PROTOCOL = "agent";

    /** How long registering may take before the agent is asked to come back: the database may be away. */
    private static final Duration REGISTER_TIMEOUT = Duration.ofSeconds(10);

    /** How long a newcomer waits outside when two agents fight for one identity. */
    private static final Duration DUPLICATE_HOLD = Duration.ofSeconds(10);

    /** How long a connection without a seat waits before it asks again: its commands could not be loaded. */
    private static final Duration SEAT_RETRY = Duration.ofSeconds(2);

    private enum State {
        GREETING,
        REGISTERING,
        SERVING,
        LEAVING,
        /** Asked to close; the transport bounds how long that may take, up to a client that is not there any more. */
        CLOSING,
        ENDED
    }

    private final SocketLink link;
    private final AgentReception reception;
    private final BooleanSupplier withinRate;
    private final ConnectionLimits limits;
    private final InstantSource clock;
    private final ConnectionObserver observer;
    private final MalformedBudget malformed = new MalformedBudget();
    private State state = State.GREETING;
    /** Why this side ends the connection; null while it does not. */
    private @Nullable Disconnect leavingFor;

    private long deadline;
    private final KeepAlive keepAlive;
    private volatile @Nullable Registered registered;
    private @Nullable Seat seat;
    private boolean seating;
    private long seatRetryAt;

    /** @param withinRate takes one message from the client's budget; false where that is used up */
    public AgentConnection(
            SocketLink link,
            AgentReception reception,
            BooleanSupplier withinRate,
            ConnectionLimits limits,
            InstantSource clock,
            ConnectionObserver observer) {
        this.link = link;
        this.reception = reception;
        this.withinRate = withinRate;
        this.limits = limits;
        this.clock = clock;
        this.observer = observer;
        long now = clock.millis();
        this.deadline = now + limits.firstFrame().toMillis();
        this.keepAlive = new KeepAlive(limits, now);
    }

    /** The agent behind this connection, once it registered. Any thread. */
    public @Nullable Registered registered() {
        return registered;
    }

    /** It was told to go, or is gone. On the socket's context. */
    public boolean leaving() {
        return state == State.LEAVING || state == State.CLOSING || state == State.ENDED;
    }

    /** The last ping's round trip in milliseconds, 0 before the first. Any thread. */
    public long roundTripMillis() {
        return keepAlive.roundTripMillis();
    }

    /** One message was read. */
    public void message(Payload message) {
        long now = clock.millis();
        keepAlive.heard(now);
        observer.received(PROTOCOL, TransportKind.WEBSOCKET);
        if (state == State.ENDED) {
            return;
        }
        if (!withinRate.getAsBoolean()) {
            leave(Disconnect.RATE_LIMITED);
            return;
        }
        String requestId = null;
        try {
            AgentFrame frame = AgentCodec.decode(message);
            requestId = frame.requestId();
            handle(frame, now);
        } catch (SluiceException problem) {
            refuse(requestId, problem, now);
        }
        if (link.clogged() && state != State.ENDED) {
            link.pause();
            link.onUnclogged(link::resume);
        }
    }

    /** A pong, or any other sign of life that is not a message. */
    public void pong() {
        keepAlive.pong(clock.millis());
    }

    private void handle(AgentFrame frame, long now) {
        switch (frame.type()) {
            case "register" -> register(frame);
            case "ping" -> reply(AgentFrames.pong(frame.requestId(), Instant.ofEpochMilli(now)));
            case "pong" -> pong();
            case "heartbeat", "status" -> heartbeat(frame, now);
            case Settlement.ACK, Settlement.RESULT -> settle(frame);
            default ->
                throw new SluiceException(
                        ProblemCode.UNKNOWN_TYPE, "The message type %s is not known.".formatted(shown(frame.type())));
        }
    }

    private static String shown(String type) {
        return type.length() <= 64 ? type : type.substring(0, 64) + "…";
    }

    private Registered requireRegistered() {
        Registered who = registered;
        if (who == null) {
            throw new SluiceException(ProblemCode.NOT_REGISTERED);
        }
        return who;
    }

    private void heartbeat(AgentFrame frame, long now) {
        Registered who = registered;
        if (who == null) {
            observer.heartbeat(TransportKind.WEBSOCKET, false);
            throw new SluiceException(ProblemCode.NOT_REGISTERED);
        }
        who.presence().beat(now);
        reply(AgentFrames.heartbeatAck(frame.requestId(), Instant.ofEpochMilli(now)));
        observer.heartbeat(TransportKind.WEBSOCKET, true);
    }

    private void register(AgentFrame frame) {
        if (state == State.LEAVING || state == State.CLOSING) {
            return; // It was told to go; on its way out it may still settle what it has and show that it is alive.
        }
        RegisterRequest request = RegisterRequest.read(frame.payload());
        Registered before = registered;
        if (before != null && !before.presence().cluster().agentId().equals(request.agentId())) {
            throw new SluiceException(ProblemCode.AGENT_ID_MISMATCH);
        }
        state = State.REGISTERING;
        deadline = clock.millis() + REGISTER_TIMEOUT.toMillis();
        // What follows a register in the same breath waits for its answer.
        link.pause();
        reception
                .register(request)
                .subscribe()
                .with(
                        item -> link.execute(() -> registered(frame.requestId(), item)),
                        failure -> link.execute(() -> notRegistered(frame.requestId(), failure)));
    }

    private void registered(@Nullable String requestId, Registered who) {
        if (state != State.REGISTERING) {
            return;
        }
        boolean again = registered != null;
        registered = who;
        state = State.SERVING;
        long now = clock.millis();
        who.presence().beat(now);
        reply(AgentFrames.registered(requestId, who, Instant.ofEpochMilli(now)));
        link.resume();
        if (!again) {
            observer.working(
                    PROTOCOL, TransportKind.WEBSOCKET, who.presence().cluster().agentId());
            reception.arrived();
            if (!leaving()) {
                takeSeat(who);
            }
        }
    }

    private void notRegistered(@Nullable String requestId, Throwable failure) {
        if (state != State.REGISTERING) {
            return;
        }
        link.resume();
        state = registered == null ? State.GREETING : State.SERVING;
        deadline = clock.millis() + limits.firstFrame().toMillis();
        refuse(requestId, FrameProblems.problemOf(failure), clock.millis());
    }

    /** Tells the agent what went wrong, and ends the connection where the problem says so. */
    private void refuse(@Nullable String requestId, SluiceException problem, long now) {
        observer.error(TransportKind.WEBSOCKET, problem.code().slug());
        reply(AgentFrames.error(requestId, problem, Instant.ofEpochMilli(now)));
        Disconnect end = AgentErrors.endOf(problem.code());
        if (end != null) {
            leave(end);
        } else if (FrameProblems.malformed(problem.code()) && malformed.exceededAt(now)) {
            leave(Disconnect.PROTOCOL_ERROR);
        }
    }

    private void takeSeat(Registered who) {
        seating = true;
        Encoder commands = outbound -> AgentFrames.command(outbound, clock.instant());
        reception
                .attach(who, commands, () -> link.execute(this::superseded))
                .subscribe()
                .with(
                        item -> link.execute(() -> seated(item)),
                        failure -> link.execute(() -> {
                            seating = false;
                            seatRetryAt = clock.millis() + SEAT_RETRY.toMillis();
                        }));
    }

    private void seated(Seat taken) {
        seating = false;
        if (state == State.CLOSING || state == State.ENDED) {
            taken.left();
            return;
        }
        if (taken.duplicateIdentity()) {
            observer.error(TransportKind.WEBSOCKET, ProblemCode.TOO_MANY_CONNECTIONS.slug());
            reply(AgentFrames.error(
                    null,
                    new SluiceException(
                            ProblemCode.TOO_MANY_CONNECTIONS,
                            "Another agent keeps connecting with this identity (duplicate-identity)."),
                    clock.instant()));
            leaveBy(Disconnect.SUPERSEDED, DUPLICATE_HOLD);
            return;
        }
        seat = taken;
    }

    private void settle(AgentFrame frame) {
        Registered who = requireRegistered();
        UUID clusterId = who.presence().clusterId();
        Settlement settlement = Settlement.read(frame);
        who.presence().settlesCommands();
        CommandResult result = settlement.result();
        Uni<Boolean> settled = result == null
                ? reception.acknowledge(clusterId, settlement.commandId())
                : reception.finish(clusterId, settlement.commandId(), result);
        settled.subscribe()
                .with(
                        known -> {
                            if (!known) {
                                notSettled(frame, new SluiceException(ProblemCode.COMMAND_NOT_FOUND));
                            }
                        },
                        failure -> notSettled(frame, FrameProblems.problemOf(failure)));
    }

    /** The agent is told and may say it again; until then the command counts as not settled and is offered again. */
    private void notSettled(AgentFrame frame, SluiceException problem) {
        link.execute(() -> {
            observer.error(TransportKind.WEBSOCKET, problem.code().slug());
            reply(AgentFrames.error(frame.requestId(), problem, clock.instant()));
        });
    }

    private void reply(Payload frame) {
        link.control(frame);
        observer.sent(PROTOCOL, TransportKind.WEBSOCKET, 1);
    }

    private void superseded() {
        leave(Disconnect.SUPERSEDED);
    }

    /** The rollout, an operator or a shutdown wants this connection gone. Idempotent. */
    public void moveAway(Disconnect why, String reason) {
        if (leaving()) {
            return;
        }
        Registered who = registered;
        boolean knowsSwitch = who != null && who.presence().cluster().features().supportsSwitch();
        if (knowsSwitch) {
            reply(AgentFrames.switchTo(Mode.POLLING, reason, limits.switchWithin(), clock.instant()));
            leaveBy(why, limits.switchWithin());
        } else {
            leave(why);
        }
    }

    /** Ends the connection now. */
    public void leave(Disconnect why) {
        if (state != State.CLOSING && state != State.ENDED) {
            leavingFor = why;
            link.resume();
            close(why);
        }
    }

    /** From here on nobody is to believe that the agent is there: its commands wait for its next connection. */
    private void close(Disconnect why) {
        state = State.CLOSING;
        if (seat != null) {
            seat.left();
        }
        link.close(why);
    }

    private void leaveBy(Disconnect why, Duration within) {
        state = State.LEAVING;
        leavingFor = why;
        deadline = clock.millis() + within.toMillis();
        link.resume();
    }

    /** The socket is gone, and this side did not close it but through this connection. */
    public void closed() {
        closed(null);
    }

    /**
     * The socket is gone.
     *
     * @param byUs why its transport or its session closed it past this connection; null where they did not
     */
    public void closed(@Nullable Disconnect byUs) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        if (seat != null) {
            seat.left();
        }
        Registered who = registered;
        Disconnect why = leavingFor == null ? byUs : leavingFor;
        if (who != null) {
            observer.ended(
                    PROTOCOL,
                    TransportKind.WEBSOCKET,
                    who.presence().cluster().agentId(),
                    why == null ? Disconnect.NORMAL : why);
        } else {
            boolean ours = why != null && why != Disconnect.SILENT;
            String reason = why == null ? "cut" : why.name().toLowerCase(Locale.ROOT);
            observer.failed(PROTOCOL, TransportKind.WEBSOCKET, "", reason, ours);
        }
    }

    /** Why this side ended the connection; null where the client or the network did. */
    public @Nullable Disconnect leftFor() {
        return leavingFor;
    }

    /** Time passed. */
    public void tick(long now) {
        switch (state) {
            case GREETING -> {
                if (now >= deadline) {
                    leave(Disconnect.SILENT);
                }
            }
            case REGISTERING -> {
                if (now >= deadline) {
                    leave(Disconnect.TRY_LATER);
                }
            }
            case LEAVING -> {
                if (now >= deadline && leavingFor != null) {
                    close(leavingFor);
                }
            }
            case SERVING -> keepAlive(now);
            case CLOSING, ENDED -> {
                // Nothing left to do.
            }
        }
    }

    private void keepAlive(long now) {
        Registered who = registered;
        switch (keepAlive.at(now)) {
            case GIVE_UP -> leave(Disconnect.SILENT);
            case PING -> link.ping(0);
            case NOTHING -> {
                // It was heard lately.
            }
        }
        if (who != null && seat == null && !seating && state == State.SERVING && now >= seatRetryAt) {
            takeSeat(who);
        }
    }
}
