package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;

/**
 * What a session tells the outside about itself, for metrics. Called on the home context unless stated; must not
 * throw, block or call back.
 */
public interface SessionObserver {
    SessionObserver NONE = new SessionObserver() {};

    default void attached(TransportKind kind) {}

    default void fenced(TransportKind kind) {}

    /** The socket accepted that many messages. On any thread. */
    default void delivered(TransportKind kind, int messages) {}

    /**
     * First deliveries reached a client that was attached when they were appended. Redeliveries, what waited for the
     * client to come, and what a poll without a wait picks up are not told here.
     *
     * @param latencyMillis from the append to the socket's acceptance of the last byte, and half the connection's last
     *     ping round trip
     * @param messages how many had that latency. On any thread
     */
    default void reached(TransportKind kind, long latencyMillis, int messages) {}

    /**
     * How long one client waits: the latency of one message that was {@linkplain #reached told}, four times a second at
     * most, whatever it is sent. On any thread.
     *
     * @param session whose message it was
     */
    default void sampled(SessionId session, TransportKind kind, long latencyMillis) {}

    default void slowConsumer() {}

    /** The session took its connection away, and lives on. */
    default void disconnected(TransportKind kind, Disconnect why) {}

    /** A mailbox overflowed or was cut down to its positions. */
    default void cutDown() {}

    default void closed(Disconnect why) {}
}
