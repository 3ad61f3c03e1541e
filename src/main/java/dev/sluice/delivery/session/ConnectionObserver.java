package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.TransportKind;
import java.time.Duration;

/**
 * What connections live through, told as it happens: metrics hang on it, and so will the evidence of the rollout. Any
 * thread; must not block or throw.
 *
 * <p>{@code protocol} is a short fixed word such as {@code agent}.
 */
public interface ConnectionObserver {

    /** A client was told that it may use WebSocket: a poll answer or negotiation named it, or an upgrade came in. */
    default void offered(String protocol, String clientKey) {}

    /** A client asks for a connection of that transport. */
    default void tried(String protocol, TransportKind transport, String clientKey) {}

    /** The connection works: its first frame was answered, not just the upgrade. */
    default void working(String protocol, TransportKind transport, String clientKey) {}

    /**
     * The connection did not come to work.
     *
     * @param reason a short fixed word, e.g. a problem's slug
     * @param ours whether the gateway refused it, which says nothing about the network in between
     */
    default void failed(String protocol, TransportKind transport, String clientKey, String reason, boolean ours) {}

    /** A working connection came to its end. */
    default void ended(String protocol, TransportKind transport, String clientKey, Disconnect why) {}

    /** A client came back over the other transport. */
    default void switched(String protocol, Mode from, Mode to, String reason) {}

    /** A client in the rollout is served by polling because its WebSocket failed. */
    default void fellBack(String protocol, String reason) {}

    /** A client was away and is back. */
    default void reconnected(String protocol, Duration after) {}

    /** One frame or request was read from a client. */
    default void received(String protocol, TransportKind transport) {}

    /** Frames were handed to a client. */
    default void sent(String protocol, TransportKind transport, int frames) {}

    /** A client reported that it is alive. */
    default void heartbeat(TransportKind transport, boolean accepted) {}

    /** A client's request failed, with the problem's slug or a disconnect's name. */
    default void error(TransportKind transport, String kind) {}
}
