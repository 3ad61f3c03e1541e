package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import java.time.Instant;
import java.util.List;

/**
 * What is stored of a session that is to survive a restart: enough to fill its mailbox again.
 *
 * @param key a hash of the session's id; the id itself is its client's secret
 * @param epoch the lasting part of the epoch in its cursors
 * @param acknowledged the last acknowledged cursor's text
 * @param unrepeatable the text of the cursor that a client needs to have everything that no history holds; empty for none
 * @param savedAt when this was written: those from before a start that nobody came back for are removed
 */
public record SessionRecord(
        String key,
        Client client,
        String epoch,
        String acknowledged,
        String unrepeatable,
        int nextSubscription,
        List<Stored> subscriptions,
        Instant savedAt) {

    /**
     * One subscription.
     *
     * @param number what cursors name it by
     * @param joined the head when it began
     */
    public record Stored(int number, ChannelName channel, StreamPosition joined, boolean presence) {}
}
