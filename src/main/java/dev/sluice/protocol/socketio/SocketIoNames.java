package dev.sluice.protocol.socketio;

import java.util.Set;

/** Names of events that mean something. */
public final class SocketIoNames {
    /** What the client libraries keep for themselves: an event of that name closes the connection. */
    public static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private SocketIoNames() {}
}
