package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.Answers;
import dev.sluice.delivery.channel.AttachResult;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Connection;
import dev.sluice.delivery.channel.ResumeAt;
import dev.sluice.delivery.channel.Subscribe;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Encoder;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Transport;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.socketio.SocketIoReception.Seat;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One namespace of one client: attaches its session to the connection, and does what the client asks for. What the
 * session has for it flows from the mailbox through the connection's branch and not through here.
 *
 * <p>On the connection's home, unless it says otherwise; the session may live on another one.
 */
public final class SocketIoSocket {
    /** Frames in one hand-over: enough to fill a segment, few enough to let the other sockets through in between. */
    private static final int MAX_FRAMES = 64;

    private static final int MAX_BYTES = 256 * 1024;
    /** How often the sent zone is looked at while frames go out. */
    private static final int LOOK_EVERY = 8;

    private final String namespace;
    private final byte[] prefix;
    private final Seat seat;
    private final ChannelSession session;
    private final EngineConnection engine;
    private final Consumer<SocketIoSocket> onGone;
    private final InstantSource clock;
    private final Transport branch;
    private final PendingAcks acks = new PendingAcks();
    private final SocketIoRequests requests;
    private boolean gone;

    // ---- on the session's home
    private @Nullable Attachment attachment;
    private int encoded;
    /** Whether its client heard that it is connected, or will with what waits for it. */
    private boolean welcomed;

    SocketIoSocket(
            String namespace,
            Seat seat,
            EngineConnection engine,
            Consumer<SocketIoSocket> onGone,
            InstantSource clock) {
        this.namespace = namespace;
        this.prefix = SocketIoFrames.prefix(namespace);
        this.seat = seat;
        this.session = seat.session();
        this.engine = engine;
        this.onGone = onGone;
        this.clock = clock;
        this.branch = engine.branch(session.home(), why -> engine.home().execute(() -> closedBySession(why)));
        this.requests = new SocketIoRequests(this, seat, clock);
    }

    public String namespace() {
        return namespace;
    }

    /** Its public id. */
    public String sid() {
        return seat.sid();
    }

    public ChannelSession session() {
        return session;
    }

    /** As the application is told of it: names to JSON. */
    public static Map<String, Payload> named(String namespace, String sid) {
        return Map.of(
                "namespace",
                Payload.text(TextNode.valueOf(namespace).toString()),
                "sid",
                Payload.text(TextNode.valueOf(sid).toString()));
    }

    /** What carries it now. */
    TransportKind transport() {
        return engine.kind();
    }

    // ---- how it begins

    /**
     * @param onConnected run on the connection's home once its client was told that it is connected
     * @param orLater whether a failure passes, and what is given to it will be run then; on the connection's home
     */
    void begin(Runnable onConnected, BiPredicate<SluiceException, Runnable> orLater) {
        session.execute(() -> attach(onConnected, orLater));
    }

    /** On the session's home. */
    private void attach(Runnable onConnected, BiPredicate<SluiceException, Runnable> orLater) {
        if (!session.admits(engine.opened())) {
            engine.home().execute(this::superseded);
            return;
        }
        ChannelName channel = seat.channel();
        SocketIoMessage connected = SocketIoFrames.connected(seat.sid(), seat.pid(), clock.millis(), this);
        Pipe pipe = new Pipe(
                branch, new Frames(), MAX_FRAMES, MAX_BYTES, () -> engine.home().execute(this::superseded));
        AttachResult result = session.attach(
                new Connection(
                        session.client().owner(),
                        pipe,
                        accepted -> {
                            if (channel == null) {
                                send(SocketIoFrames.packet(prefix, connected));
                            }
                        },
                        asked -> engine.home().execute(() -> engine.moveAway(asked.code(), asked.within()))),
                seat.from() == null ? ResumeAt.LAST_ACKNOWLEDGED : seat.from());
        Attachment held = result.attachment();
        attachment = held;
        if (held != null && seat.pid() != null) {
            session.keep();
        }
        if (held == null) {
            // It was lost between the look and now: the client begins anew.
            engine.home().execute(() -> engine.close(Disconnect.SESSION_GONE));
            return;
        }
        engine.home().execute(() -> engine.attached(branch, upTo -> session.acknowledge(held, upTo)));
        if (channel == null) {
            welcomed = true;
            engine.home().execute(onConnected);
        } else {
            // The answer is in order with the channel's events: none is missed that is published once it is there.
            new Welcome(channel, connected, onConnected, orLater).join();
        }
    }

    /** The client hears that it is connected when its namespace's channel is joined. */
    private final class Welcome implements Answers<Subscribed> {
        private final ChannelName channel;
        private final SocketIoMessage connected;
        private final Runnable onConnected;
        private final BiPredicate<SluiceException, Runnable> orLater;

        Welcome(
                ChannelName channel,
                SocketIoMessage connected,
                Runnable onConnected,
                BiPredicate<SluiceException, Runnable> orLater) {
            this.channel = channel;
            this.connected = connected;
            this.onConnected = onConnected;
            this.orLater = orLater;
        }

        /** On the session's home. */
        void join() {
            session.subscribe(null, new Subscribe(channel, null, false), this);
        }

        @Override
        public Message done(Subscribed outcome) {
            welcomed = true;
            // It is placed when this returns.
            session.home().later(() -> engine.home().execute(onConnected));
            return connected;
        }

        @Override
        public @Nullable Message failed(SluiceException why) {
            session.home().later(() -> engine.home().execute(() -> {
                if (!gone && !orLater.test(why, () -> session.execute(this::join))) {
                    refused(why);
                    session.execute(() -> session.end(Disconnect.SESSION_GONE));
                }
            }));
            return null;
        }
    }

    /** Ahead of what waits in mailboxes. Any thread. */
    private void send(Payload packet) {
        engine.home().execute(() -> engine.send(packet));
    }

    /** On the session's home. */
    private final class Frames implements Encoder {
        private final @Nullable String epoch = seat.pid() == null ? null : session.epoch();

        @Override
        public @Nullable Payload encode(Outbound outbound) {
            Payload one = SocketIoFrames.encodeOne(outbound, prefix, epoch);
            if (one != null) {
                look();
            }
            return one;
        }

        private void look() {
            if (++encoded % LOOK_EVERY == 0 && session.sentHalfFull()) {
                engine.home().execute(engine::askWhereItIs);
            }
        }

        @Override
        public void encode(Outbound outbound, List<Payload> into) {
            look();
            if (!SocketIoFrames.isOfAnother(outbound, SocketIoSocket.this)) {
                SocketIoFrames.encode(outbound, prefix, epoch, into);
            }
        }
    }

    // ---- what the client says

    void packet(SocketIoPacket packet) {
        switch (packet.type()) {
            case EVENT -> requests.event(packet);
            case ACK -> acks.answered(packet.id(), SocketIoArgs.inline(packet.data(), packet.attachments()));
            case DISCONNECT -> {
                leave();
                inTurn(() -> session.end(Disconnect.SESSION_GONE));
            }
            default -> engine.close(Disconnect.PROTOCOL_ERROR);
        }
    }

    /**
     * Does what the client asked for on the session's home; void where it came back over another connection since, and
     * may have asked for the contrary there.
     */
    void inTurn(Runnable request) {
        session.execute(() -> {
            if (session.admits(engine.opened())) {
                request.run();
            }
        });
    }

    /** Says it in order with everything else. On the session's home. */
    void say(SocketIoMessage message) {
        Attachment held = attachment;
        if (held != null && held.current()) {
            session.say(message);
        }
    }

    // ---- what is said to it

    /**
     * Emits an event to this socket; where its client is away meanwhile it gets it when it comes back. Any thread.
     *
     * @return as {@link ChannelSession#tell} says; what is subscribed to, once
     */
    public static Uni<Void> emit(ChannelSession to, String event, SocketIoArgs args, long now) {
        return to.tell(SocketIoFrames.emit(event, args, SocketIoPacket.NO_ID, now, null));
    }

    /** Emits an event that is worth nothing later: a client that is away does not get it. Any thread. */
    public void emitVolatile(String event, SocketIoArgs args) {
        session.execute(() -> say(SocketIoFrames.emit(event, args, SocketIoPacket.NO_ID, clock.millis(), this)));
    }

    /**
     * Emits an event whose client is to answer. It is not said again to a client that was away: whoever asks is told
     * that there is no answer.
     *
     * @param answer told once, on the connection's home: the client's arguments, or why there are none
     */
    public void emitForAck(String event, SocketIoArgs args, long deadline, PendingAcks.Answer answer) {
        engine.home().execute(() -> {
            if (gone) {
                answer.missing(PendingAcks.Why.DISCONNECTED);
                return;
            }
            long id = acks.expect(deadline, answer);
            if (id != PendingAcks.FULL) {
                session.execute(() -> say(SocketIoFrames.emit(event, args, id, clock.millis(), this)));
            }
        });
    }

    // ---- how it ends

    /** The client leaves, or its session is over: the connection goes on for the others. */
    private void leave() {
        if (!gone) {
            gone = true;
            engine.detached(branch);
            acks.disconnected();
            onGone.accept(this);
        }
    }

    /** With that it is over: a DISCONNECT behind it would go to whatever its client begins next. */
    private void refused(SluiceException why) {
        if (SocketIoConnection.passes(why)) {
            engine.close(Disconnect.TRY_LATER);
        } else {
            engine.send(SocketIoFrames.connectError(prefix, why, true));
            leave();
        }
    }

    private void closedBySession(Disconnect why) {
        switch (why) {
            case SESSION_GONE, NORMAL -> {
                if (!gone) {
                    engine.send(SocketIoFrames.disconnect(prefix));
                    leave();
                }
            }
            default -> engine.close(why);
        }
    }

    /** Its client came back over another connection: this one is a remainder. */
    private void superseded() {
        engine.close(Disconnect.SUPERSEDED);
    }

    /** The connection is over. */
    void cut() {
        leave();
        session.execute(() -> {
            if (attachment != null) {
                attachment.ended(Attachment.End.LOST);
            }
            boolean unheardOf = seat.from() == null && !welcomed;
            if (seat.pid() == null || unheardOf) {
                // Nobody can come back to it.
                session.end(Disconnect.SESSION_GONE);
            }
        });
    }

    /** Nobody is there to sit down. Only a session that is new ends with that: its client never heard of it. */
    void abandon() {
        gone = true;
        engine.detached(branch);
        if (seat.from() == null) {
            session.execute(() -> session.end(Disconnect.SESSION_GONE));
        }
    }

    void tick(long now) {
        acks.tick(now);
        if (now >= seat.client().expiresAtMillis()) {
            engine.close(Disconnect.UNAUTHORIZED);
        }
    }
}
