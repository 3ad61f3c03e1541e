package dev.sluice.delivery;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection in slow motion. A batch goes through three places, and a test decides when: the write queue (handed
 * over, the socket has not accepted it), the wire (accepted, the client does not have it), the client. A cut loses the
 * first two, which is the whole difficulty of delivery.
 *
 * <p>A poll takes one batch and is spent; a WebSocket and an event stream take what fits in their write queue. They
 * differ in what a client may say on them, which is up to the test.
 */
public final class FakeTransport implements Transport {
    private record Written(Batch batch, Completion done) {}

    private final TransportKind kind;
    private final int bound;
    private final ArrayDeque<Written> queue = new ArrayDeque<>();
    private final ArrayDeque<Batch> wire = new ArrayDeque<>();
    private final Map<Lane, Runnable> listeners = new EnumMap<>(Lane.class);
    private final List<Batch> handed = new ArrayList<>();
    private Consumer<Batch> onSend = batch -> {};
    private @Nullable Attachment attachment;
    private boolean endsWhenBound;
    private boolean open = true;
    private boolean spent;
    private boolean halfOpen;
    private boolean awaitsPoll;
    private @Nullable Boolean answersAtOnce;
    private @Nullable Disconnect closedWith;

    private FakeTransport(TransportKind kind, int bound) {
        this.kind = kind;
        this.bound = bound;
    }

    public static FakeTransport of(TransportKind kind, int bound) {
        return new FakeTransport(kind, kind == TransportKind.POLLING ? 1 : bound);
    }

    public static FakeTransport websocket(int bound) {
        return of(TransportKind.WEBSOCKET, bound);
    }

    public static FakeTransport poll() {
        return of(TransportKind.POLLING, 1);
    }

    public static FakeTransport sse(int bound) {
        return of(TransportKind.SSE, bound);
    }

    /** Tells of every batch within {@link #send}, before anything else happens to it. */
    public FakeTransport onSend(Consumer<Batch> spy) {
        onSend = spy;
        return this;
    }

    /** From now on a write is settled within {@link #send}, as accepted or as failed. */
    public FakeTransport answersAtOnce(boolean accepted) {
        answersAtOnce = accepted;
        return this;
    }

    /** The session's answer to the attach; an end that came before it is told now. */
    public FakeTransport bind(@Nullable Attachment made) {
        attachment = made;
        if (endsWhenBound) {
            end(Attachment.End.ANSWERED);
        }
        return this;
    }

    @Override
    public TransportKind kind() {
        return kind;
    }

    @Override
    public boolean writable() {
        return open && !spent && queue.size() < bound;
    }

    @Override
    public boolean awaitsPoll() {
        return awaitsPoll;
    }

    /** From now on it is one that lasts over many polls, and the client has not sent the next. */
    public void awaitPoll() {
        awaitsPoll = true;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        listeners.put(lane, listener);
    }

    @Override
    public void send(Batch batch, Completion done) {
        handed.add(batch);
        onSend.accept(batch);
        spent = isPoll();
        queue.addLast(new Written(batch, done));
        if (answersAtOnce != null) {
            if (answersAtOnce) {
                acceptOne();
            } else {
                open = false;
                queue.removeLast().done().done(false);
            }
        }
    }

    /** The socket accepts the oldest write; a poll's request is over with that. */
    public boolean acceptOne() {
        Written next = queue.pollFirst();
        if (next == null) {
            return false;
        }
        if (!halfOpen) {
            wire.addLast(next.batch());
        }
        next.done().done(true);
        if (isPoll()) {
            open = false;
            end(Attachment.End.ANSWERED);
        } else if (open) {
            listeners.values().forEach(Runnable::run);
        }
        return true;
    }

    public void acceptAll() {
        while (acceptOne()) {}
    }

    /** The oldest batch on the wire reaches the client; null where there is none. */
    public @Nullable Batch receiveOne() {
        return wire.pollFirst();
    }

    public List<Batch> receiveAll() {
        List<Batch> all = List.copyOf(wire);
        wire.clear();
        return all;
    }

    /** The connection breaks and the gateway notices. */
    public void cut() {
        open = false;
        wire.clear();
        for (Written lost = queue.pollFirst(); lost != null; lost = queue.pollFirst()) {
            lost.done().done(false);
        }
        end(Attachment.End.LOST);
    }

    /** The connection breaks and nobody tells the gateway: it goes on writing into the void. */
    public void cutUnnoticed() {
        halfOpen = true;
        wire.clear();
    }

    /** A parked poll gives up with an empty answer. */
    public void answerEmpty() {
        open = false;
        end(Attachment.End.ANSWERED);
    }

    private void end(Attachment.End end) {
        if (attachment == null) {
            endsWhenBound = end == Attachment.End.ANSWERED;
        } else {
            endsWhenBound = false;
            attachment.ended(end);
        }
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void close(Disconnect why) {
        if (open) {
            open = false;
            closedWith = why;
            if (attachment != null) {
                attachment.ended(Attachment.End.LOST);
            }
        }
    }

    /** What it is attached as. */
    public Attachment attachment() {
        return attachment;
    }

    public boolean isPoll() {
        return kind == TransportKind.POLLING;
    }

    public boolean isOpen() {
        return open;
    }

    /** Whether a poll was given its one batch. */
    public boolean isSpent() {
        return spent;
    }

    public boolean isHalfOpen() {
        return halfOpen;
    }

    public boolean hasWrites() {
        return !queue.isEmpty();
    }

    public boolean hasOnWire() {
        return !wire.isEmpty();
    }

    public @Nullable Disconnect closedWith() {
        return closedWith;
    }

    /** Everything the session ever handed over here. */
    public List<Batch> handed() {
        return handed;
    }

    /** The frames of {@link #handed()}, as {@link Pipes#encode} wrote them. */
    public List<String> frames() {
        return handed.stream()
                .flatMap(batch -> batch.frames().stream())
                .map(frame -> frame.asString())
                .toList();
    }
}
