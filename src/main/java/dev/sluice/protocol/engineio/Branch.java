package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One session's part of an engine connection: a transport that its session attaches to as if it were alone. The session
 * may live on another home than the connection, since it outlives connections; so a batch is handed over against a
 * credit, which comes back when the connection has taken it and takes more.
 */
final class Branch implements Transport {
    private final EngineConnection connection;
    private final Home home;
    /** Whether both live on one home, so that nothing has to be handed over. */
    private final boolean together;

    private final Consumer<Disconnect> onClose;
    private @Nullable Runnable listener;

    // ---- on the session's home
    private boolean open;
    private boolean closed;

    // ---- on the connection's home
    private @Nullable LongConsumer acknowledge;
    /** The mailbox position up to which packets were taken. */
    private long written;
    /** The same when the last GET was answered, or the last ping was sent. */
    private long marked;

    private long acknowledged;

    Branch(EngineConnection connection, Home home, Consumer<Disconnect> onClose) {
        this.connection = connection;
        this.home = home;
        this.together = home.equals(connection.home());
        this.onClose = onClose;
    }

    // ---- what the session does with it, on the session's home

    @Override
    public TransportKind kind() {
        return connection.kind();
    }

    @Override
    public boolean writable() {
        return open && !closed;
    }

    /** Who does not come for the next batch does not answer the pings either, and the heartbeat ends it. */
    @Override
    public boolean awaitsPoll() {
        return connection.kind() == TransportKind.POLLING;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        if (lane != Lane.MAILBOX) {
            throw new IllegalArgumentException("a session has its mailbox alone to send from");
        }
        this.listener = listener;
    }

    @Override
    public void send(Batch batch, Completion done) {
        if (batch.frames().isEmpty()) {
            done.done(true);
            return;
        }
        if (together) {
            written = batch.cursor();
            connection.take(batch.frames(), done);
            connection.took();
            open = connection.takes();
            return;
        }
        open = false;
        connection.home().execute(() -> {
            written = batch.cursor();
            connection.take(batch.frames(), done);
            connection.took();
            if (connection.takes()) {
                grant();
            }
        });
    }

    /** The way of nearly everything that goes out live. */
    @Override
    public void send(Payload frame, long cursor, Completion done) {
        if (together) {
            written = cursor;
            connection.take(frame, done);
            connection.took();
            open = connection.takes();
        } else {
            send(new Batch(List.of(frame), cursor), done);
        }
    }

    @Override
    public long roundTripMillis() {
        return connection.roundTripMillis();
    }

    @Override
    public void pause() {
        // A client is held back by its budget; its connection is shared.
    }

    @Override
    public void resume() {
        // Nothing was paused.
    }

    @Override
    public void close(Disconnect why) {
        if (!closed) {
            closed = true;
            onClose.accept(why);
        }
    }

    // ---- what the connection does with it, on the connection's home

    /** @param positions told how far the client has got, on the session's home */
    void acknowledging(LongConsumer positions) {
        acknowledge = positions;
    }

    /** The connection takes a batch. */
    void grant() {
        home.execute(() -> {
            if (closed) {
                return;
            }
            open = true;
            if (listener != null) {
                listener.run();
            }
        });
    }

    /** The connection takes nothing for now. */
    void revoke() {
        home.execute(() -> open = false);
    }

    /** What is written by now is acknowledged by what the client does next. */
    void mark() {
        marked = written;
    }

    /** The client has everything up to the mark. */
    void acknowledge() {
        LongConsumer positions = acknowledge;
        if (positions != null && marked > acknowledged) {
            acknowledged = marked;
            long upTo = marked;
            home.execute(() -> positions.accept(upTo));
        }
    }
}
