package dev.sluice.delivery.session;

import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Outbound;
import java.util.List;

/** A protocol's outbound half: gives a message the wire form it has on this attachment. Pure; any thread. */
@FunctionalInterface
public interface Encoder {

    /** The message as one frame. Not asked where {@link #oneFrameEach} says no. */
    Payload encode(Outbound outbound);

    /**
     * Whether every message is one frame. Where it is not, a message may take several, which stay together, or none:
     * then it counts as sent with what is around it.
     */
    default boolean oneFrameEach() {
        return true;
    }

    /** Appends the frames of the message, in order. */
    default void encode(Outbound outbound, List<Payload> into) {
        into.add(encode(outbound));
    }
}
