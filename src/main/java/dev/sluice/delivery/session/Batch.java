package dev.sluice.delivery.session;

import dev.sluice.core.Payload;
import java.util.List;

/**
 * Frames that are sent together.
 *
 * @param frames encoded, in order
 * @param cursor the mailbox position after the last of them
 */
public record Batch(List<Payload> frames, long cursor) {}
