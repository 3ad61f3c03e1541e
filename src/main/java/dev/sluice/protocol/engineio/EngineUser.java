package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import org.jspecify.annotations.Nullable;

/** What an engine connection carries. Everything on its home. */
public interface EngineUser {

    /** The client said something: text or binary. May close the connection. */
    void message(Payload data);

    /**
     * The connection is over, once. Branches are ended by it already.
     *
     * @param why what it was closed with; {@link Disconnect#NORMAL} where the client said so, null where it was cut
     */
    void closed(@Nullable Disconnect why);

    /** Time passed. */
    default void tick(long now) {}
}
