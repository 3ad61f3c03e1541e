package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import org.jspecify.annotations.Nullable;

/** What one engine connection lives through, told as it happens. On its home; must not block or throw. */
public interface EngineObserver {

    /** The client showed that a WebSocket works: it upgraded to it, or said something over the one it began with. */
    void webSocketWorks();

    /** A WebSocket that should have carried the connection did not come to. */
    void webSocketFailed(@Nullable Disconnect why);

    /** A WebSocket that carried it is gone, and the connection with it. */
    void webSocketEnded(@Nullable Disconnect why);
}
