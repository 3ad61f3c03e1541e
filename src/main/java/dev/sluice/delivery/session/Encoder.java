package dev.sluice.delivery.session;

import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Outbound;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A protocol's outbound half: gives a message the wire form it has on this attachment. Pure; any thread. */
@FunctionalInterface
public interface Encoder {

    /**
     * The message as one frame. Null where it takes several, which stay together, or none: then {@link #encode(Outbound,
     * List)} is asked.
     */
    @Nullable
    Payload encode(Outbound outbound);

    /**
     * Appends the frames of the message, in order. A message of no frames counts as sent with what is around it. Protocols
     * whose messages are one frame each leave this as it is.
     */
    default void encode(Outbound outbound, List<Payload> into) {
        into.add(Objects.requireNonNull(encode(outbound)));
    }
}
