package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import java.util.List;

/**
 * A pipe that drains a mailbox: a WebSocket, one parked poll, an event stream. It knows no protocol and keeps nothing
 * that was handed to it; what it reads it pushes inward by itself, which is why there is no read method.
 *
 * <p>Called on the session's home context; a transport whose socket lives elsewhere hops there by itself and keeps the
 * order of calls.
 */
public interface Transport {

    TransportKind kind();

    /** Whether it takes a batch now without buffering beyond its bound. */
    boolean writable();

    /**
     * Whether it takes nothing only because the client has not polled again yet. That is not slowness; who polls no more
     * is ended by the deadline of the transport's own protocol.
     */
    default boolean awaitsPoll() {
        return false;
    }

    /** Registers who is woken, on the home context, when it becomes writable again. One listener per lane. */
    void onWritable(Lane lane, Runnable listener);

    /**
     * Writes the frames in order. A poll answers its request with them and is spent.
     *
     * @param done told once whether the socket accepted the last byte; on any thread
     */
    void send(Batch batch, Completion done);

    /**
     * Writes one frame, as {@link #send(Batch, Completion)} writes a batch of it.
     *
     * @param cursor the mailbox position after it
     */
    default void send(Payload frame, long cursor, Completion done) {
        send(new Batch(List.of(frame), cursor), done);
    }

    /** The last ping's round trip in milliseconds; 0 where none was measured. Any thread. */
    default long roundTripMillis() {
        return 0;
    }

    /** Stops reading from the client until {@link #resume()}. */
    void pause();

    void resume();

    /** Ends the connection: a WebSocket with the code, a parked poll with an empty answer. Idempotent. */
    void close(Disconnect why);

    /** Told once what became of a batch. */
    @FunctionalInterface
    interface Completion {
        void done(boolean accepted);
    }
}
