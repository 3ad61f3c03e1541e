package dev.sluice.delivery.mailbox;

import java.time.Duration;

/**
 * The bounds of one mailbox; each of its two zones has them.
 *
 * @param maxBytes per zone
 * @param maxFrames per zone
 * @param maxAge how long an attached transport may refuse to take what is due before it counts as slow
 */
public record MailboxLimits(long maxBytes, int maxFrames, Duration maxAge) {
    /** 1 MiB, 1,000 frames, 30 s: what the delivery rules promise unless configured otherwise. */
    public static final MailboxLimits DEFAULT = new MailboxLimits(1 << 20, 1000, Duration.ofSeconds(30));
}
