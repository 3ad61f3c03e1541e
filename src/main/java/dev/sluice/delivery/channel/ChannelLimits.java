package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.session.SessionLimits;
import java.time.Duration;

/**
 * The bounds of channel sessions.
 *
 * @param maxSessions on this node
 * @param maxSubscriptions of one session
 * @param maxRequests answers that one session remembers
 * @param maxRequestBytes the same in bytes
 * @param perTurn sessions of one event loop that are sent something before others there have their turn
 * @param retry how long histories may be out of reach before a session that waits for them loses its connection
 */
public record ChannelLimits(
        SessionLimits session,
        MailboxLimits mailbox,
        int maxSessions,
        int maxSubscriptions,
        int maxRequests,
        long maxRequestBytes,
        int perTurn,
        Duration retry) {

    /** 2 min of grace; 100,000 sessions, 1,000 subscriptions; 1,000 answers and 256 KiB of them; 1,024 sessions a turn; 30 s. */
    public static final ChannelLimits DEFAULT = new ChannelLimits(
            new SessionLimits(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofSeconds(30)),
            MailboxLimits.DEFAULT,
            100_000,
            1_000,
            1_000,
            256 << 10,
            1_024,
            Duration.ofSeconds(30));
}
