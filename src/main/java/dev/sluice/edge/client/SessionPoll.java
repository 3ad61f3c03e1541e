package dev.sluice.edge.client;

import static java.util.Objects.requireNonNull;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.AttachResult;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Connection;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.edge.http.Parked;
import dev.sluice.edge.loop.Deadlines.Deadline;
import dev.sluice.protocol.sluice.SluiceFrames;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.transport.poll.PollExchange;
import dev.sluice.transport.poll.PollTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.impl.ContextInternal;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One poll of a native client: a request becomes a transport of its session and is answered exactly once, with what
 * there is, or empty when its wait is over, a newer connection came or its decision changed.
 */
final class SessionPoll extends NativeConnection implements PollExchange {
    /** What clients are advised to wait. */
    static final int USUAL_WAIT_SECONDS = 25;

    /** Below the listener's idle timeout, so that a quiet poll is answered and not cut. */
    static final int LONGEST_WAIT_SECONDS = 55;

    /**
     * How long a poll that does not wait does so all the same for histories to be read. Its client names a place that
     * has to be filled: answered empty it would name it again, and the reading would begin anew each time.
     */
    private static final int READING_SECONDS = 5;

    private static final int MAX_BYTES = 1 << 20;

    /**
     * @param origin where it comes from
     * @param told how the client is served when it comes
     */
    record Terms(PollQuery asks, ClientOrigin origin, Mode told) {}

    private final Polling polling;
    private final Parked request;
    private final NativeClient client;
    private final Found found;
    private final ChannelSession session;
    private final Home home;
    private final Terms terms;
    private final long beganAt;
    private final long beganNanos;
    /** On the session's home: what an empty answer repeats. */
    private @Nullable SessionCursor own;

    private @Nullable PollTransport transport;
    /** On the request's context. */
    private @Nullable Deadline deadline;

    private volatile boolean answered;
    /** Its answer was late, and not since the node is. */
    private volatile boolean hadToRead;

    /** @param now when it came, in milliseconds */
    SessionPoll(Polling polling, Parked request, Found found, Terms terms, long now) {
        this.polling = polling;
        this.request = request;
        this.found = found;
        this.client = found.client();
        this.session = found.required();
        this.home = session.home();
        this.terms = terms;
        this.beganAt = now;
        this.beganNanos = terms.asks().seconds() == 0 ? System.nanoTime() : 0;
    }

    /** Answers by itself: the item is null. Fails with {@code gone} where the place is lost. */
    Uni<@Nullable Answer> begin() {
        return Uni.createFrom().emitter(emitter -> begin(() -> emitter.complete(null), emitter::fail));
    }

    /** The same; told on the session's home what comes of it. */
    void begin(Runnable accepted, Consumer<Throwable> refused) {
        session.execute(() -> attach(accepted, refused));
    }

    private void attach(Runnable accepted, Consumer<Throwable> refused) {
        PollTransport poll = new PollTransport(this, home, 0);
        transport = poll;
        Pipe pipe = new Pipe(
                poll,
                frame -> SluiceFrames.encode(session.epoch(), frame),
                terms.asks().limit(),
                MAX_BYTES,
                poll::answerEmpty);
        AttachResult result = session.attach(
                new Connection(session.client().owner(), pipe, from -> own = from, asked -> poll.answerEmpty()),
                found.from());
        Attachment attachment = result.attachment();
        if (attachment == null) {
            refused.accept(SessionRoutes.refused(result));
            return;
        }
        client.attached(attachment, TransportKind.POLLING, beganAt);
        if (poll.spent()) {
            // It was answered from within the attach.
            client.answered();
        }
        poll.attachedAs(attachment);
        accepted.run();
        if (terms.asks().seconds() > 0) {
            park(terms.asks().seconds());
            return;
        }
        session.onceRead(poll::answerEmpty);
        hadToRead = !poll.spent();
        park(READING_SECONDS);
    }

    /** Unless it is answered. */
    private void park(int seconds) {
        if (requireNonNull(transport).spent()) {
            return;
        }
        execute(() -> {
            if (answered) {
                return;
            }
            deadline = polling.connections.waits().in(seconds, this::release);
            if (!client.isProbe()) {
                polling.connections.add(TransportKind.POLLING, this);
            }
            request.onGone(this::gone);
            if (!client.isProbe()) {
                polling.joined.accept(this);
            }
        });
    }

    private void gone() {
        unpark();
        home.execute(() -> {
            if (transport != null) {
                transport.abandoned();
            }
            client.answered();
        });
    }

    /** Answered empty, with the mode as it is by then. Any thread. */
    private void release() {
        home.execute(() -> {
            if (transport != null) {
                transport.answerEmpty();
            }
        });
    }

    private void unpark() {
        answered = true;
        if (deadline != null) {
            deadline.lift();
        }
        polling.connections.remove(TransportKind.POLLING, this);
    }

    /** On the session's home. */
    @Override
    public void answer(Batch batch, Completion done) {
        answered = true;
        List<Payload> frames = batch.frames();
        SessionCursor cursor = frames.isEmpty() ? requireNonNull(own) : session.lastSent();
        client.answered();
        if (context().inThread()) {
            answerNow(frames, cursor, done);
        } else {
            // Behind what parks it.
            context().runOnContext(hop -> answerNow(frames, cursor, done));
        }
    }

    private void answerNow(List<Payload> frames, SessionCursor cursor, Completion done) {
        unpark();
        write(frames, cursor, done);
    }

    private void write(List<Payload> frames, SessionCursor cursor, Completion done) {
        Serving serving = client.serving();
        Body body = NativeAnswers.messages(frames, cursor, client.servedAs(serving, terms.origin()));
        boolean there = request.answer(serving.mode(), body, accepted -> {
            if (accepted && terms.asks().seconds() == 0 && !hadToRead) {
                polling.lateness.answered(System.nanoTime() - beganNanos);
            }
            done.done(accepted);
        });
        if (there) {
            polling.witness.sent(TransportKind.POLLING, Math.max(1, frames.size()));
        }
    }

    // --- as the drain sees it ---

    @Override
    public NativeClient client() {
        return client;
    }

    @Override
    public ContextInternal context() {
        return request.context();
    }

    @Override
    public void tick(long now) {
        if (now >= client.expiresAtMillis()) {
            release();
        }
    }

    @Override
    public Mode mode() {
        return Mode.POLLING;
    }

    @Override
    public Mode told() {
        return terms.told();
    }

    @Override
    public boolean reachable() {
        return !answered;
    }

    @Override
    public long connectedAt() {
        return beganAt;
    }

    @Override
    public boolean move(Farewell farewell) {
        if (answered) {
            return false;
        }
        release();
        return true;
    }

    @Override
    public void leave(Disconnect why) {
        release();
    }
}
