package dev.sluice.protocol.sluice;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.AttachResult;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Connection;
import dev.sluice.delivery.channel.ResumeAt;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Transport;
import dev.sluice.protocol.json.ConnectionLimits;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.json.KeepAlive;
import dev.sluice.protocol.json.MalformedBudget;
import dev.sluice.protocol.json.SocketLink;
import dev.sluice.protocol.sluice.SluiceRequest.Acknowledge;
import dev.sluice.protocol.sluice.SluiceRequest.Ping;
import dev.sluice.protocol.sluice.SluiceRequest.Pong;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One native client's WebSocket: attaches it to its session, reads what it asks for, and tells time what to do with it.
 * What the session has for it does not pass through here; it flows from the mailbox straight to the transport.
 *
 * <p>Everything on the socket's context, unless it says otherwise. Each state that waits has a deadline, looked at by
 * {@link #tick}.
 */
public final class SluiceConnection {
    /** Frames in one hand-over: enough to fill a segment, few enough to let replies through in between. */
    private static final int MAX_FRAMES = 64;

    private static final int MAX_BYTES = 256 * 1024;

    /** How often the sent zone is looked at while frames go out. */
    private static final int LOOK_EVERY = 8;

    private enum State {
        /** It attaches, or its client was not heard so far. */
        OPENING,
        SERVING,
        LEAVING,
        ENDED
    }

    /**
     * Who is at the other end.
     *
     * @param resumes it took up a session again, as a client does that acknowledges by itself
     * @param onAttached told what it holds the session by, on the session's home
     */
    public record Guest(
            ChannelSession session,
            SluiceClient client,
            boolean resumes,
            Consumer<Attachment> onAttached,
            SocketWitness witness) {}

    private final SocketLink link;
    private final ChannelSession session;
    private final SluiceClient client;
    private final SluiceProtocol protocol;
    private final Guest guest;
    private final BooleanSupplier withinRate;
    private final ConnectionLimits limits;
    private final InstantSource clock;
    private final SocketWitness witness;
    private final MalformedBudget malformed = new MalformedBudget();
    private final KeepAlive keepAlive;
    private volatile boolean acknowledgesItself;
    private State state = State.OPENING;
    /** Whether it came to serve before it began to leave. */
    private boolean wasHeard;

    private @Nullable Disconnect leavingFor;
    private long deadline;
    private int pings;
    /** The ping whose pong acknowledges, and up to where; for clients that have no other means. */
    private int askedWith;

    private @Nullable SessionCursor asked;

    /** On the session's home. */
    private @Nullable Attachment attachment;

    private int encoded;

    /** @param withinRate takes one message from the client's budget; false where that is used up */
    public SluiceConnection(
            SocketLink link, Guest guest, BooleanSupplier withinRate, ConnectionLimits limits, InstantSource clock) {
        this.link = link;
        this.guest = guest;
        this.session = guest.session();
        this.client = guest.client();
        this.acknowledgesItself = guest.resumes();
        this.protocol = new SluiceProtocol(session, client, clock);
        this.withinRate = withinRate;
        this.limits = limits;
        this.clock = clock;
        this.witness = guest.witness();
        this.keepAlive = new KeepAlive(limits, clock.millis());
    }

    // --- how it begins ---

    /** Takes its session over, welcomes the client and goes on from there. Once. */
    public void attach(Transport transport, ResumeAt from, Supplier<Welcome> welcome) {
        session.execute(() -> attachAtHome(transport, from, welcome));
    }

    private void attachAtHome(Transport transport, ResumeAt from, Supplier<Welcome> welcome) {
        Pipe pipe = new Pipe(
                transport, this::encode, MAX_FRAMES, MAX_BYTES, () -> link.execute(() -> leave(Disconnect.SUPERSEDED)));
        AttachResult result = session.attach(
                new Connection(
                        session.client().owner(),
                        pipe,
                        accepted -> control(SluiceFrames.welcome(welcome.get(), accepted, clock.instant())),
                        asked -> link.execute(
                                () -> moveAway(asked.code(), asked.mode(), asked.reason(), asked.within()))),
                from);
        attachment = result.attachment();
        if (attachment == null) {
            ProblemCode why = result.kind() == AttachResult.Kind.FORBIDDEN ? ProblemCode.FORBIDDEN : ProblemCode.GONE;
            link.execute(() -> refusedSeat(new SluiceException(why)));
        } else {
            guest.onAttached().accept(attachment);
            if (guest.resumes()) {
                protocol.leaveForbidden();
            }
            link.execute(this::seated);
        }
    }

    /** On the home. */
    private Payload encode(Outbound outbound) {
        boolean look = !acknowledgesItself && ++encoded % LOOK_EVERY == 0;
        if (look && session.sentHalfFull()) {
            link.execute(this::askWhereItIs);
        }
        return SluiceFrames.encode(session.epoch(), outbound);
    }

    private void refusedSeat(SluiceException problem) {
        witness.error(problem.code());
        control(SluiceFrames.error(null, problem, "", clock.instant()));
        leave(Disconnect.SESSION_GONE);
    }

    private void seated() {
        if (state == State.ENDED) {
            session.execute(this::left);
            return;
        }
        // A client may just listen: its pong is the first that is heard of it, and shows that it works.
        ping();
    }

    // --- what the client says ---

    /** One message was read. */
    public void message(Payload message) {
        long now = clock.millis();
        keepAlive.heard(now);
        witness.received();
        if (state == State.ENDED) {
            return;
        }
        heard();
        if (!withinRate.getAsBoolean()) {
            refuse(null, new SluiceException(ProblemCode.RATE_LIMITED), now);
            return;
        }
        SluiceRequest request = read(message, now);
        if (request != null) {
            take(request);
        }
        if (link.clogged() && state != State.ENDED) {
            link.pause();
            link.onUnclogged(link::resume);
        }
    }

    private @Nullable SluiceRequest read(Payload message, long now) {
        try {
            return SluiceRequests.read(SluiceCodec.decode(message));
        } catch (SluiceException problem) {
            refuse(SluiceCodec.requestIdOf(message), problem, now);
            return null;
        }
    }

    private void take(SluiceRequest request) {
        if (request instanceof Ping) {
            session.execute(() -> control(
                    SluiceFrames.pong(request.requestId(), session.lastSent().text(), clock.instant())));
        } else if (request instanceof Pong) {
            keepAlive.pong(clock.millis());
        } else {
            if (request instanceof Acknowledge) {
                acknowledgesItself = true;
            }
            run(request);
        }
    }

    /** Does something in the client's place, as if it had asked for it. Any thread. */
    public void run(SluiceRequest request) {
        session.execute(() -> protocol.run(request, attachment));
    }

    /** A pong to the ping of that number, or to none of ours. */
    public void pong(int number) {
        keepAlive.pong(clock.millis());
        if (state == State.ENDED) {
            return;
        }
        heard();
        SessionCursor has = asked;
        if (has == null || number != askedWith) {
            return;
        }
        asked = null;
        session.execute(() -> {
            if (attachment != null) {
                session.acknowledge(attachment, has);
            }
        });
        if (state == State.LEAVING && leavingFor != null) {
            link.close(leavingFor);
        }
    }

    /** The connection works both ways. */
    private void heard() {
        if (state == State.OPENING) {
            state = State.SERVING;
            witness.working();
        }
    }

    /** Tells the client what went wrong, and ends the connection where the problem says so. */
    private void refuse(@Nullable String requestId, SluiceException problem, long now) {
        witness.error(problem.code());
        Disconnect end = SluiceErrors.endOf(problem.code());
        if (end == null && FrameProblems.malformed(problem.code()) && malformed.exceededAt(now)) {
            end = Disconnect.PROTOCOL_ERROR;
        }
        if (requestId != null && end == null) {
            session.execute(() -> protocol.refuse(requestId, problem));
            return;
        }
        session.execute(() -> control(
                SluiceFrames.error(requestId, problem, session.lastSent().text(), clock.instant())));
        if (end != null) {
            leaveAfterWords(end);
        }
    }

    /** Through the home, as the frame before it went, so that it is the last. */
    private void leaveAfterWords(Disconnect why) {
        session.execute(() -> link.execute(() -> leave(why)));
    }

    /** Any thread. */
    private void control(Payload frame) {
        link.control(frame);
        witness.sent();
    }

    // --- how it ends ---

    /**
     * The rollout, an operator or a shutdown wants this connection gone. A client that resumes by itself is told and
     * has a moment; from one that does not, an acknowledgement is awaited, and nothing more is sent to it.
     *
     * @param patience how long at most to wait for that
     * @return false where it is going already
     */
    public boolean moveAway(Disconnect why, Mode to, String reason, Duration patience) {
        if (!reachable()) {
            return false;
        }
        boolean resumes = acknowledgesItself;
        Duration within = resumes ? limits.switchWithin() : patience;
        leaveBy(why, within);
        session.execute(() -> {
            SessionCursor sent = session.lastSent();
            control(SluiceFrames.switchTo(to, reason, within, client.resumeToken(), sent.text(), clock.instant()));
            if (!resumes) {
                link.hold();
                link.execute(() -> ask(sent));
            }
        });
        return true;
    }

    /** Whether it can be told anything: neither told to go nor gone. */
    public boolean reachable() {
        return state == State.OPENING || state == State.SERVING;
    }

    /** Ends the connection now; the session stays for its grace. */
    public void leave(Disconnect why) {
        if (state != State.ENDED) {
            leaveBy(why, Duration.ZERO);
            link.close(why);
        }
    }

    /** Its session is over, or has no more use of it. On the session's home. */
    public void sessionCloses(Disconnect why) {
        String sent = session.lastSent().text();
        link.execute(() -> {
            if (why == Disconnect.SESSION_GONE && reachable()) {
                control(SluiceFrames.error(null, new SluiceException(ProblemCode.GONE), sent, clock.instant()));
            }
            leave(why);
        });
    }

    private void leaveBy(Disconnect why, Duration within) {
        wasHeard |= state == State.SERVING;
        state = State.LEAVING;
        leavingFor = why;
        deadline = clock.millis() + within.toMillis();
        link.resume();
    }

    /**
     * The socket is gone.
     *
     * @param byUs why its transport or its session closed it past this connection; null where they did not
     * @param cut whether it went without a close
     */
    public void closed(@Nullable Disconnect byUs, boolean cut) {
        if (state == State.ENDED) {
            return;
        }
        boolean worked = wasHeard || state == State.SERVING;
        state = State.ENDED;
        session.execute(this::left);
        Disconnect why = leavingFor == null ? byUs : leavingFor;
        if (!worked) {
            witness.failed(why);
        } else if (why == null && !cut) {
            witness.ended(Disconnect.NORMAL);
        } else {
            witness.ended(why);
        }
    }

    /** On the home. */
    private void left() {
        if (attachment != null) {
            attachment.ended(Attachment.End.LOST);
        }
    }

    // --- time ---

    /** Time passed. */
    public void tick(long now) {
        switch (state) {
            case OPENING, SERVING -> look(now);
            case LEAVING -> {
                if (now >= deadline && leavingFor != null) {
                    link.close(leavingFor);
                }
            }
            case ENDED -> {
                // Nothing left to do.
            }
        }
    }

    private void look(long now) {
        if (now >= client.expiresAtMillis()) {
            refuse(null, new SluiceException(ProblemCode.TOKEN_EXPIRED), now);
            return;
        }
        switch (keepAlive.at(now)) {
            case GIVE_UP -> leave(Disconnect.SILENT);
            case PING -> sendPing();
            case NOTHING -> {
                if (!acknowledgesItself && asked == null) {
                    session.execute(() -> {
                        if (session.sentHalfFull()) {
                            link.execute(this::askWhereItIs);
                        }
                    });
                }
            }
        }
    }

    /** Before the sent zone is full: the pong will let go of what was sent by now. */
    private void askWhereItIs() {
        if (asked == null && reachable()) {
            session.execute(() -> {
                SessionCursor sent = session.lastSent();
                link.execute(() -> ask(sent));
            });
        }
    }

    private void ask(SessionCursor sent) {
        if (state != State.ENDED) {
            asked = sent;
            ping();
            askedWith = pings;
        }
    }

    private void ping() {
        keepAlive.asked(clock.millis());
        sendPing();
    }

    private void sendPing() {
        link.ping(++pings);
    }

    /** The last ping's round trip in milliseconds, 0 before the first. Any thread. */
    public long roundTripMillis() {
        return keepAlive.roundTripMillis();
    }
}
