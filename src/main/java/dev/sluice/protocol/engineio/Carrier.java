package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import org.jspecify.annotations.Nullable;

/**
 * What carries a connection: its polls, until a WebSocket does, which then does to the end; and whether its client was
 * heard over that. On the connection's home, unless it says otherwise.
 */
final class Carrier {
    private final EngineObserver observer;
    private volatile @Nullable EngineSocket socket;
    private boolean works;

    Carrier(EngineObserver observer) {
        this.observer = observer;
    }

    /** Any thread. */
    TransportKind kind() {
        return socket == null ? TransportKind.POLLING : TransportKind.WEBSOCKET;
    }

    /** Null while it is the polls. */
    @Nullable
    EngineSocket socket() {
        return socket;
    }

    boolean isSocket() {
        return socket != null;
    }

    boolean isBy(EngineSocket that) {
        return socket == that;
    }

    /** It begins with a WebSocket. */
    void begin(EngineSocket first) {
        socket = first;
    }

    /** A WebSocket takes over, which has shown that it works. */
    void upgraded(EngineSocket to) {
        socket = to;
        works = true;
        observer.webSocketWorks();
    }

    /** The client was heard over the WebSocket. */
    void heard() {
        if (!works) {
            works = true;
            observer.webSocketWorks();
        }
    }

    /** The connection is over. */
    void ended(@Nullable Disconnect why) {
        if (works) {
            observer.webSocketEnded(why);
        } else if (socket != null) {
            observer.webSocketFailed(why);
        }
    }
}
