package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Message;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription stands; nothing of the channel comes before it. In answer to a request, and unasked for where a
 * session was rebuilt: with {@code recovered} false the client lost its place in that channel and goes on behind
 * {@code place}.
 *
 * @param requestId null where nobody asked, or asked without an id
 * @param subscription the number of the one that it is about: a channel that was left and joined again has another
 * @param place the channel's head
 * @param since what the request asked for; null where it began at the head
 * @param recovered whether everything comes that the client does not have: always, but for a place that is lost
 */
public record Subscribed(
        @Nullable String requestId,
        ChannelName channel,
        int subscription,
        StreamPosition place,
        boolean recovered,
        @Nullable StreamPosition since,
        long appendedAt)
        implements Message {
    private static final int OVERHEAD = 128;
    /** Stands for a place that was asked for, and was answered as lost. */
    private static final StreamPosition LOST = new StreamPosition("", 0);

    /** The same for a client that was told before that something is missing: it is not looked for again. */
    Subscribed stillMissing() {
        return new Subscribed(requestId, channel, subscription, place, false, LOST, appendedAt);
    }

    /** Whether it says unasked that something is missing. */
    boolean isWordOfLoss() {
        return !recovered && since == null;
    }

    /** Where to replay from if this has to be answered anew; null where from is settled. */
    @Nullable
    StreamPosition sinceAnew() {
        return LOST.equals(since) ? null : since;
    }

    @Override
    public int bytes() {
        return channel.value().length() + OVERHEAD;
    }
}
