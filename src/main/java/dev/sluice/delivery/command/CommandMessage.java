package dev.sluice.delivery.command;

import dev.sluice.delivery.mailbox.Message;
import java.time.Instant;
import java.util.UUID;

/** A command as it travels: what the wire forms of every transport are made from. */
public record CommandMessage(UUID id, String type, String payload, Instant createdAt) implements Message {
    /** Room for id, type, times and the frame around the payload. */
    private static final int ENVELOPE_BYTES = 256;

    @Override
    public int bytes() {
        // One byte a character is close enough for a bound, and costs no encoding.
        return payload.length() + ENVELOPE_BYTES;
    }

    @Override
    public long appendedAt() {
        return createdAt.toEpochMilli();
    }
}
