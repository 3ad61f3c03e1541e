package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What connections live through, told as it happens: metrics and the evidence of the rollout hang on it. Any thread;
 * must not block or throw.
 *
 * <p>{@code protocol} is a short fixed word such as {@code agent}. A protocol owes these calls, with the same
 * {@link ObservedClient#key() key} and {@link ObservedClient#vouchedBy() voucher} over every transport:
 *
 * <ul>
 *   <li>whenever an answer names the WebSocket to a client that may use it: {@link #offered};
 *   <li>an upgrade with valid credentials: {@link #tried}, then exactly one of {@link #working} when the first frame was
 *       answered, and {@link #failed}; after {@code working} exactly one {@link #ended}, with the client as it was told
 *       to be working. An upgrade without valid credentials is {@code failed} without a client;
 *   <li>each request over HTTP of a client that is known: {@link #served} or {@link #error}.
 * </ul>
 */
public interface ConnectionObserver {

    /** Where a client is when it is offered WebSocket. */
    enum Offer {
        /** It lives on polling, and an answer named the WebSocket: not to try it is to stay there. */
        WHILE_POLLING,
        /** It asked where to connect and is expected at once. */
        ONCE,
        /** It began on polling with an upgrade on offer (Engine.IO), which its library tries at once. */
        UPGRADE
    }

    /** A client declared that it can use WebSocket. Those that tried or worked need not. */
    default void able(String protocol, ObservedClient client) {}

    /** A client was told that it may use WebSocket. */
    default void offered(String protocol, ObservedClient client, Offer offer) {}

    /** A client asks for a connection of that transport, and showed who it is as far as the protocol wants it by then. */
    default void tried(String protocol, TransportKind transport, ObservedClient client) {}

    /** The client that {@code tried} turned out to be another one, which has not been told of. */
    default void identified(String protocol, TransportKind transport, ObservedClient before, ObservedClient client) {}

    /** The connection works: its first frame was answered, not just the upgrade. */
    default void working(String protocol, TransportKind transport, ObservedClient client) {}

    /**
     * The connection did not come to work.
     *
     * @param client null where nobody knows who it is
     * @param reason a short fixed word, e.g. a problem's slug
     */
    default void failed(
            String protocol, TransportKind transport, @Nullable ObservedClient client, String reason, Fault fault) {}

    /**
     * A working connection came to its end.
     *
     * @param why {@link Disconnect#NORMAL} for the client's own close; null where it was cut
     */
    default void ended(String protocol, TransportKind transport, ObservedClient client, @Nullable Disconnect why) {}

    /** A request of a client over HTTP was answered as it should be. */
    default void served(String protocol, ObservedClient client) {}

    /** A client reports what it saw. Anybody can, in anybody's name. */
    default void reported(ObservedClient client, ClientReport report) {}

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

    /**
     * A client's request failed.
     *
     * @param client null where nobody knows who it is
     */
    default void error(
            String protocol, TransportKind transport, @Nullable ObservedClient client, ProblemCode problem) {}
}
