package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import org.jspecify.annotations.Nullable;

/**
 * What a client subscribes to. Whether it may is decided before.
 *
 * @param since replays what follows that place; null begins at the head
 * @param presence whether it is present there and hears of others who are
 */
public record Subscribe(ChannelName channel, @Nullable StreamPosition since, boolean presence) {}
