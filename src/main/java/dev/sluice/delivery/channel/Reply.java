package dev.sluice.delivery.channel;

import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Message;

/**
 * A protocol's own answer, such as an {@code ack} or an {@code error} with a request id.
 *
 * @param frame its wire form without a cursor
 */
public record Reply(Payload frame, long appendedAt) implements Message {
    private static final int OVERHEAD = 32;

    @Override
    public int bytes() {
        return frame.size() + OVERHEAD;
    }
}
