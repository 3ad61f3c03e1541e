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

    default void slowConsumer() {}

    /** A mailbox overflowed or was cut down to its positions. */
    default void cutDown() {}

    default void closed(Disconnect why) {}
}
