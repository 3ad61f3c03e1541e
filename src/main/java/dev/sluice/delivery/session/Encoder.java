package dev.sluice.delivery.session;

import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Outbound;

/** A protocol's outbound half: gives a message the wire form it has on this attachment. Pure; any thread. */
@FunctionalInterface
public interface Encoder {
    Payload encode(Outbound outbound);
}
