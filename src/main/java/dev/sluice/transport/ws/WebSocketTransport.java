package dev.sluice.transport.ws;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FutureListener;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as a pipe. It buffers nothing of its own: a batch goes to the socket's write queue, and while that queue
 * is over its bound the transport is not writable, so what waits stays in the mailbox where it is counted.
 *
 * <p>The session lives on its home context and the socket on another one; Vert.x hands writes over in order, so both
 * the session's batches and the connection's {@linkplain #control replies} may be sent from where they arise.
 */
public final class WebSocketTransport implements Transport {
    /** What a connection that ended without a close frame is told to have been closed with. */
    public static final int CUT = 1006;

    private final ServerWebSocket socket;
    private final ConnectionBase connection;
    private final @Nullable Runnable[] listeners = new Runnable[Lane.values().length];
    private volatile @Nullable Home home;
    private volatile @Nullable Consumer<Disconnect> onClose;
    private @Nullable Runnable onUnclogged;
    private volatile long roundTripMillis;
    private volatile @Nullable Disconnect closedFor;
    private volatile boolean held;
    /** Closed by this side, or gone. Vert.x knows as well, and locks the socket each time that it is asked. */
    private volatile boolean over;

    /** @param connection the upgraded one, below the socket */
    public WebSocketTransport(ServerWebSocket socket, HttpConnection connection) {
        this.socket = socket;
        this.connection = (ConnectionBase) connection;
    }

    /**
     * Starts reading. Once, on the socket's context.
     *
     * @param maxMessage longest message in bytes; a longer one closes the connection with 1009
     */
    public void read(Inbound inbound, int maxMessage) {
        Compression.onTooBig(connection, () -> shut(Disconnect.TOO_BIG));
        socket.frameHandler(new MessageAssembly(maxMessage, inbound, this));
        socket.pongHandler(
                payload -> inbound.pong(payload.length() == Integer.BYTES ? payload.getInt(0) : Inbound.UNASKED));
        // A broken frame or a reset: Vert.x closes the socket by itself, and closed() tells of it.
        socket.exceptionHandler(failure -> {});
        socket.drainHandler(drained -> unclogged());
        socket.closeHandler(closed -> {
            over = true;
            Short code = socket.closeStatusCode();
            inbound.closed(code == null ? CUT : code);
        });
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
        return !held && !over && !connection.isNotWritable();
    }

    /** Takes no more batches: what is sent by now is the last of it. Any thread. */
    public void hold() {
        held = true;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        listeners[lane.ordinal()] = listener;
    }

    private void unclogged() {
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
        write(FrameBytes.of(batch.frames(), connection.channel()), done);
    }

    @Override
    public void send(Payload frame, long cursor, Completion done) {
        if (over) {
            done.done(false);
            return;
        }
        write(FrameBytes.of(frame, connection.channel()), done);
    }

    /**
     * Sends a reply ahead of everything that still waits in the mailbox. Replies are bounded by what is read: the
     * connection pauses reading while the socket does not take them.
     */
    public void control(Payload frame) {
        if (!over) {
            connection.writeToChannel(FrameBytes.of(frame, connection.channel()));
        }
    }

    /** Whether the socket wants no more replies for now. */
    public boolean clogged() {
        // The last message that a socket had may come after its close.
        return !over && connection.isNotWritable();
    }

    /** Wakes the caller once when the socket takes writes again. On the socket's context, and so is the call back. */
    public void onUnclogged(Runnable go) {
        onUnclogged = go;
    }

    /**
     * Past Vert.x's frames, which are one write, one flush and three objects each: its connection keeps the order among
     * whatever is written to it, and its encoder lets bytes through as they are.
     */
    private void write(ByteBuf frames, Completion done) {
        connection.writeToChannel(frames, (FutureListener<Void>) written -> done.done(written.isSuccess()));
    }

    /** Why this side closed it, whoever asked for that; null where the client or the network did. Any thread. */
    public @Nullable Disconnect closedFor() {
        return closedFor;
    }

    /** Asks the client whether it is there; its pong brings the number back. */
    public void ping(int number) {
        if (!socket.isClosed()) {
            socket.writePing(Buffer.buffer(Integer.BYTES).appendInt(number));
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
        socket.pause();
        Compression.hold(connection, true);
    }

    @Override
    public void resume() {
        socket.resume();
        Compression.hold(connection, false);
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
        if (!socket.isClosed()) {
            closedFor = why;
            over = true;
            socket.close((short) why.code(), why.reason());
        }
    }
}
