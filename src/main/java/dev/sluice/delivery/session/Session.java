package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Mailbox;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.SessionMachine.Effect;
import dev.sluice.delivery.session.SessionMachine.Step;
import dev.sluice.delivery.session.SessionState.Attached;
import dev.sluice.delivery.session.SessionState.Detached;
import dev.sluice.delivery.session.SessionState.Opening;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A logical client. It outlives its connections: transports come and go, one at a time, each taking over the same
 * mailbox at the place where the client says it is. So a switch of transport, clean, cut or superseded, is only ever
 * another {@link #attach}, one atomic step on the home context: fence the old one, trim to what the client has, replay,
 * go on.
 *
 * <p>Promise: everything at or above the mailbox's floor reaches the client, in order, and nothing again once it was
 * acknowledged; a frame sent and not acknowledged may be sent again after a cut.
 *
 * <p>Every method runs on the {@linkplain #execute home context} unless it says otherwise.
 */
public final class Session {
    /** How often a client's latency is told at most: who keeps it looks at the session each time. */
    private static final long SAMPLE_MILLIS = 250;

    private final SessionId id;
    private final Home home;
    private final Mailbox mailbox;
    private final SessionLimits limits;
    private final InstantSource clock;
    private final SessionObserver observer;
    private final Consumer<Session> onBuried;
    private SessionState state;
    private long generations;
    private boolean flushing;
    /** When the latency of this client was told last. A look from another thread may be late, and costs one more. */
    private long sampledAt;

    /** @param onBuried told once, on the home context, when the session is over */
    public Session(
            SessionId id,
            Home home,
            Mailbox mailbox,
            SessionLimits limits,
            InstantSource clock,
            SessionObserver observer,
            Consumer<Session> onBuried) {
        this.id = id;
        this.home = home;
        this.mailbox = mailbox;
        this.limits = limits;
        this.clock = clock;
        this.observer = observer;
        this.onBuried = onBuried;
        this.state = new Opening(clock.millis() + limits.openTimeout().toMillis());
    }

    public SessionId id() {
        return id;
    }

    public SessionState state() {
        return state;
    }

    public Mailbox mailbox() {
        return mailbox;
    }

    /** How long it has been without a connection, in milliseconds; 0 while it has one or never had. */
    public long awayMillis(long now) {
        return state instanceof Detached detached
                ? Math.max(0, now - detached.expiresAt() + limits.grace().toMillis())
                : 0;
    }

    /** Runs a task on the home context. Any thread. */
    public void execute(Runnable task) {
        home.execute(task);
    }

    /**
     * Makes this pipe the one that drains the session. Whatever was attached before is fenced: its writes,
     * acknowledgements and end no longer count.
     *
     * @return the attachment, or null where the resume point is not covered any more (nothing changed) or the session
     *     is over
     */
    public @Nullable Attachment attach(Pipe pipe, Resume from) {
        long now = clock.millis();
        if (state instanceof SessionState.Closed || !mailbox.resume(from, now)) {
            return null;
        }
        Attachment fresh = new Attachment(this, pipe, ++generations);
        fresh.attachedAt = now;
        pipe.transport().onWritable(Lane.MAILBOX, () -> {
            if (isCurrent(fresh)) {
                flush();
            }
        });
        observer.attached(pipe.transport().kind());
        apply(SessionMachine.attach(state, fresh));
        return fresh;
    }

    /** The mailbox has something new; send it if a transport is there. */
    public void wake() {
        flush();
    }

    /** Takes the connection away and keeps the session for the grace. */
    public void disconnect(Disconnect why) {
        if (state instanceof Attached attached) {
            observer.disconnected(attached.attachment().pipe().transport().kind(), why);
        }
        apply(SessionMachine.disconnect(state, why, expiry()));
    }

    /** Ends the session for good. */
    public void close(Disconnect why) {
        apply(SessionMachine.close(state, why));
    }

    /** An attached client does not keep up: its connection is taken away, and what follows is its owner's business. */
    public void tooSlow() {
        if (state instanceof Attached) {
            observer.slowConsumer();
            disconnect(Disconnect.SLOW_CONSUMER);
        }
    }

    /** The mailbox could not keep an offer: a slow client is disconnected, one that is away loses its place. */
    public void overflowed() {
        cutDown();
    }

    /**
     * Lets go of what the mailbox holds and keeps its positions. An attached client is disconnected as a slow one
     * first: what is dropped would be a gap on a connection that goes on.
     */
    public void cutDown() {
        tooSlow();
        mailbox.cutDown();
        observer.cutDown();
    }

    /** Time passed: deadlines are looked at, redeliveries that became due go out. */
    public void tick(long now) {
        apply(SessionMachine.tick(state, now));
        if (!(state instanceof Attached attached)) {
            return;
        }
        if (mailbox.due(now)) {
            flush();
            closeIfStalled(attached.attachment(), now);
        } else {
            attached.attachment().stalledSince = 0;
        }
    }

    private void closeIfStalled(Attachment attachment, long now) {
        if (!isCurrent(attachment)) {
            return;
        }
        Transport transport = attachment.pipe().transport();
        if (transport.writable() || transport.awaitsPoll()) {
            attachment.stalledSince = 0;
        } else if (attachment.stalledSince == 0) {
            attachment.stalledSince = now;
        } else if (now - attachment.stalledSince >= limits.stall().toMillis()) {
            observer.slowConsumer();
            disconnect(Disconnect.SLOW_CONSUMER);
        }
    }

    boolean isCurrent(Attachment attachment) {
        return state instanceof Attached attached && attached.attachment() == attachment;
    }

    void acknowledged(Attachment from, long position) {
        if (isCurrent(from)) {
            mailbox.acknowledge(position);
        }
    }

    void ended(Attachment gone, Attachment.End end) {
        apply(SessionMachine.ended(state, gone, end, expiry()));
    }

    private long expiry() {
        return clock.millis() + limits.grace().toMillis();
    }

    private void apply(Step step) {
        state = step.next();
        for (Effect effect : step.effects()) {
            run(effect);
        }
    }

    private void run(Effect effect) {
        if (effect instanceof Effect.Fence fence) {
            observer.fenced(fence.old().pipe().transport().kind());
            fence.old().pipe().onFenced().run();
        } else if (effect instanceof Effect.Close close) {
            close.attachment().pipe().transport().close(close.why());
        } else if (effect instanceof Effect.Flush) {
            flush();
        } else if (effect instanceof Effect.Release) {
            mailbox.released(clock.millis());
        } else if (effect instanceof Effect.Bury bury) {
            observer.closed(bury.why());
            onBuried.accept(this);
        }
    }

    /** Sends while the transport takes and the mailbox has. Not re-entered: a write may call back at once. */
    private void flush() {
        if (flushing) {
            return;
        }
        flushing = true;
        try {
            while (state instanceof Attached attached && sendBatch(attached.attachment())) {}
        } catch (RuntimeException | Error e) {
            // What was taken is neither written nor waiting, so going on with the next would be a silent gap.
            disconnect(Disconnect.INTERNAL);
            throw e;
        } finally {
            flushing = false;
        }
    }

    private boolean sendBatch(Attachment attachment) {
        Pipe pipe = attachment.pipe();
        if (!pipe.transport().writable()) {
            return false;
        }
        long now = clock.millis();
        Outbound only = mailbox.takeOnly(now);
        if (only != null) {
            attachment.stalledSince = 0;
            sendOne(attachment, pipe, only);
            // Room was made by it, and more may have come for that; else this is the end of nearly everything.
            return mailbox.due(now);
        }
        List<Outbound> taken = new ArrayList<>();
        mailbox.take(taken, pipe.maxFrames(), pipe.maxBytes(), now);
        if (taken.isEmpty()) {
            return false;
        }
        attachment.stalledSince = 0;
        List<Payload> frames = new ArrayList<>(taken.size());
        for (Outbound outbound : taken) {
            pipe.encoder().encode(outbound, frames);
        }
        pipe.transport().send(new Batch(frames, mailbox.lastSent()), accepted -> settled(attachment, taken, accepted));
        return true;
    }

    private void sendOne(Attachment attachment, Pipe pipe, Outbound only) {
        Settled settled = new Settled(attachment, only);
        Payload frame = pipe.encoder().encode(only);
        if (frame != null) {
            pipe.transport().send(frame, mailbox.lastSent(), settled);
        } else {
            List<Payload> frames = new ArrayList<>();
            pipe.encoder().encode(only, frames);
            pipe.transport().send(new Batch(frames, mailbox.lastSent()), settled);
        }
    }

    /** What becomes of a batch of one. On any thread. */
    private final class Settled implements Transport.Completion {
        private final Attachment attachment;
        private final Outbound only;

        Settled(Attachment attachment, Outbound only) {
            this.attachment = attachment;
            this.only = only;
        }

        @Override
        public void done(boolean accepted) {
            if (accepted) {
                observer.delivered(attachment.pipe().transport().kind(), 1);
                reached(attachment, only, 1, clock.millis());
            } else {
                attachment.ended(Attachment.End.LOST);
            }
        }
    }

    /** On any thread: the socket took the batch, or the connection is gone. */
    private void settled(Attachment attachment, List<Outbound> batch, boolean accepted) {
        if (!accepted) {
            attachment.ended(Attachment.End.LOST);
            return;
        }
        observer.delivered(attachment.pipe().transport().kind(), batch.size());
        long now = clock.millis();
        int told = 0;
        while (told < batch.size()) {
            Outbound first = batch.get(told);
            int end = told + 1;
            while (end < batch.size() && isAlike(first, batch.get(end))) {
                end++;
            }
            reached(attachment, first, end - told, now);
            told = end;
        }
    }

    private static boolean isAlike(Outbound one, Outbound other) {
        return one.attempt() == other.attempt()
                && one.message().appendedAt() == other.message().appendedAt();
    }

    private void reached(Attachment attachment, Outbound outbound, int messages, long now) {
        long appendedAt = outbound.message().appendedAt();
        if (outbound.attempt() > 1 || appendedAt <= attachment.attachedAt) {
            return;
        }
        Transport transport = attachment.pipe().transport();
        long latency = now - appendedAt + transport.roundTripMillis() / 2;
        observer.reached(transport.kind(), latency, messages);
        if (now - sampledAt >= SAMPLE_MILLIS) {
            sampledAt = now;
            observer.sampled(id, transport.kind(), latency);
        }
    }
}
