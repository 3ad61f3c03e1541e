package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Message;

/**
 * Stands for events of the channel that were dropped because the client was too slow for them.
 *
 * @param from the first dropped offset
 * @param to the last
 */
public record Gap(ChannelName channel, String epoch, long from, long to, long appendedAt) implements Message {
    private static final int OVERHEAD = 96;

    @Override
    public int bytes() {
        return channel.value().length() + OVERHEAD;
    }
}
