package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Message;
import org.jspecify.annotations.Nullable;

/** Nothing of the channel comes after it. */
public record Unsubscribed(@Nullable String requestId, ChannelName channel, long appendedAt) implements Message {
    private static final int OVERHEAD = 64;

    @Override
    public int bytes() {
        return channel.value().length() + OVERHEAD;
    }
}
