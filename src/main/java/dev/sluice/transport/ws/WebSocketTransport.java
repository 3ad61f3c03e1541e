package dev.sluice.transport.ws;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as a pipe. It buffers nothing of its own: a batch goes to the socket's write queue, and while that queue
 * is over its bound the transport is not writable, so what waits stays in the mailbox where it is counted.
 *
 * <p>The session lives on its home context and the socket on another one, whose event loop takes writes over in order; so
 * both the session's batches and the connection's {@linkplain #control replies} may be sent from where they arise.
 */
public final class WebSocketTransport implements Transport {
    /** What a connection that ended without a close frame is told to have been closed with. */
    public static final int CUT = 1006;

    /** How long the other side may take over its part of the close before the connection is cut. */
    private static final long CLOSE_SECONDS = 10;
    /** The same where its part could not be read. */
    private static final long BROKEN_SECONDS = 1;

    private final ChannelHandlerContext wire;
    private final FrameReader reader;
    private final @Nullable Runnable[] listeners = new Runnable[Lane.values().length];
    private volatile @Nullable Home home;
    private volatile @Nullable Consumer<Disconnect> onClose;
    private @Nullable Runnable onUnclogged;
    private volatile long roundTripMillis;
    private volatile @Nullable Disconnect closedFor;
    private volatile boolean held;
    /** Closed by either side, or gone. */
    private volatile boolean over;

    // ---- on the socket's event loop
    private boolean closing;
    /** The last ping that came while the socket took no writes: of several, only that one has to be answered. */
    private byte @Nullable [] unanswered;

    WebSocketTransport(ChannelHandlerContext wire, FrameReader reader) {
        this.wire = wire;
        this.reader = reader;
    }

    /** Starts reading. Once, on the socket's context. */
    public void read(Inbound inbound) {
        reader.start(inbound);
    }

    Channel channel() {
        return wire.channel();
    }

    /** The session's home, where its listeners are woken. Called before the first {@link #onWritable}. */
    public void boundTo(Home sessionHome) {
        home = sessionHome;
    }

    /**
     * Its session does not close it but asks for that there, since something may have to be said first.
     *
     * @param asked closes it, by {@link #shut}; on the session's home
     */
    public void closedBy(Consumer<Disconnect> asked) {
        onClose = asked;
    }

    @Override
    public TransportKind kind() {
        return TransportKind.WEBSOCKET;
    }

    @Override
    public boolean writable() {
        return !held && !over && channel().isWritable();
    }

    /** Takes no more batches: what is sent by now is the last of it. Any thread. */
    public void hold() {
        held = true;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        listeners[lane.ordinal()] = listener;
    }

    /** The socket takes writes again. */
    void unclogged() {
        byte[] ping = unanswered;
        if (ping != null) {
            unanswered = null;
            pong(ping);
        }
        Runnable go = onUnclogged;
        if (go != null) {
            onUnclogged = null;
            go.run();
        }
        Home where = home;
        if (where != null) {
            where.execute(() -> {
                for (Runnable listener : listeners) {
                    if (listener != null && writable()) {
                        listener.run();
                    }
                }
            });
        }
    }

    @Override
    public void send(Batch batch, Completion done) {
        if (over) {
            done.done(false);
            return;
        }
        write(FrameBytes.of(batch.frames(), channel()), done);
    }

    @Override
    public void send(Payload frame, long cursor, Completion done) {
        if (over) {
            done.done(false);
            return;
        }
        write(FrameBytes.of(frame, channel()), done);
    }

    /**
     * Sends a reply ahead of everything that still waits in the mailbox. Replies are bounded by what is read: the
     * connection pauses reading while the socket does not take them.
     */
    public void control(Payload frame) {
        if (!over) {
            write(FrameBytes.of(frame, channel()), null);
        }
    }

    /** Whether the socket wants no more replies for now. */
    public boolean clogged() {
        // The last message that a socket had may come after its close.
        return !over && !channel().isWritable();
    }

    /** Wakes the caller once when the socket takes writes again. On the socket's context, and so is the call back. */
    public void onUnclogged(Runnable go) {
        onUnclogged = go;
    }

    /** In the order of the calls, as far as they have one. */
    private void write(ByteBuf frames, @Nullable Completion done) {
        if (wire.executor().inEventLoop()) {
            writeNow(frames, done);
        } else {
            wire.executor().execute(() -> writeNow(frames, done));
        }
    }

    private void writeNow(ByteBuf frames, @Nullable Completion done) {
        if (closing) {
            // Handed over before that was known: nothing comes behind a close.
            frames.release();
            if (done != null) {
                done.done(false);
            }
            return;
        }
        ChannelPromise written = done == null
                ? wire.voidPromise()
                : wire.newPromise().addListener(result -> done.done(result.isSuccess()));
        if (reader.flushesLater()) {
            wire.write(frames, written);
        } else {
            wire.writeAndFlush(frames, written);
        }
    }

    /** Why this side closed it, whoever asked for that; null where the client or the network did. Any thread. */
    public @Nullable Disconnect closedFor() {
        return closedFor;
    }

    /** Asks the client whether it is there; its pong brings the number back. */
    public void ping(int number) {
        if (!over) {
            write(FrameBytes.ping(number, channel()), null);
        }
    }

    /** Answers a ping. On the socket's event loop. */
    void pong(byte[] ping) {
        if (channel().isWritable()) {
            write(FrameBytes.pong(ping, channel()), null);
        } else {
            unanswered = ping;
        }
    }

    /** Notes the last ping's round trip, measured by whoever tells the time here. */
    public void roundTrip(long millis) {
        roundTripMillis = millis;
    }

    @Override
    public long roundTripMillis() {
        return roundTripMillis;
    }

    @Override
    public void pause() {
        onLoop(reader::pause);
    }

    @Override
    public void resume() {
        onLoop(reader::resume);
    }

    private void onLoop(Runnable task) {
        if (wire.executor().inEventLoop()) {
            task.run();
        } else {
            wire.executor().execute(task);
        }
    }

    @Override
    public void close(Disconnect why) {
        Consumer<Disconnect> above = onClose;
        if (above != null) {
            above.accept(why);
        } else {
            shut(why);
        }
    }

    /** Closes it. Any thread; again changes nothing. */
    public void shut(Disconnect why) {
        if (!over) {
            closedFor = why;
            over = true;
            onLoop(() -> {
                if (!closing) {
                    reader.closing(why);
                    sayClose(FrameBytes.close(why.code(), why.reason(), channel()), CLOSE_SECONDS);
                }
            });
        }
    }

    /**
     * The framing is broken: what comes cannot be read any more, its part of the close included. A frame that is too long
     * is the client's; anything else is as good as a cut, since no client gets it wrong and proxies do.
     */
    void brokenBy(WebSocketCloseStatus how) {
        if (closing) {
            return;
        }
        over = true;
        if (how.code() == Disconnect.TOO_BIG.code()) {
            closedFor = Disconnect.TOO_BIG;
            reader.closing(Disconnect.TOO_BIG);
        }
        sayClose(FrameBytes.close(how.code(), how.reasonText(), channel()), BROKEN_SECONDS);
    }

    /** Its client closes it, or does its part of the close. */
    void closedByClient(int code) {
        over = true;
        if (closing) {
            wire.close();
        } else {
            sayClose(FrameBytes.close(code, "", channel()), CLOSE_SECONDS).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** It is gone. */
    void gone() {
        over = true;
    }

    /** The last frame that is sent; on the socket's event loop. */
    private ChannelFuture sayClose(ByteBuf frame, long patienceSeconds) {
        closing = true;
        Future<?> cut = wire.executor().schedule((Runnable) wire::close, patienceSeconds, TimeUnit.SECONDS);
        channel().closeFuture().addListener(closed -> cut.cancel(false));
        return wire.writeAndFlush(frame);
    }
}
