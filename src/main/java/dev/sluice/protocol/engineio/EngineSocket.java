package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Transport.Completion;
import java.util.List;

/** A WebSocket that carries an engine connection, or wants to. Called on the connection's home. */
public interface EngineSocket {

    /** Whether it takes more without buffering beyond its bound. */
    boolean writable();

    /**
     * Writes the packets in order, each as a message of its own.
     *
     * @param done told once whether the socket accepted the last byte; on any thread
     */
    void send(List<Payload> packets, Completion done);

    /** The same for one packet. */
    default void send(Payload packet, Completion done) {
        send(List.of(packet), done);
    }

    /** Closes it. Idempotent. */
    void close(Disconnect why);
}
