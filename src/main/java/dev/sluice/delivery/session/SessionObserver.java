package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.Outbound;

/**
 * What a session tells the outside about itself, for metrics. Called on the home context unless stated; must not
 * throw, block or call back.
 */
public interface SessionObserver {
    SessionObserver NONE = new SessionObserver() {};

    default void attached(TransportKind kind) {}

    default void fenced(TransportKind kind) {}

    /** A frame was accepted by the socket, on any thread. {@code now} is in milliseconds since the epoch. */
    default void delivered(TransportKind kind, Outbound outbound, long now) {}

    /**
     * A message's first delivery reached a client that was attached when it was appended. Redeliveries, what waited for
     * the client to come, and what a poll without a wait picks up are not told here.
     *
     * @param session whose message it was
     * @param latencyMillis from the append to the socket's acceptance of the last byte, and half the connection's last
     *     ping round trip. On any thread
     */
    default void reached(SessionId session, TransportKind kind, long latencyMillis) {}

    default void slowConsumer() {}

    /** The session took its connection away, and lives on. */
    default void disconnected(TransportKind kind, Disconnect why) {}

    /** A mailbox overflowed or was cut down to its positions. */
    default void cutDown() {}

    default void closed(Disconnect why) {}
}
