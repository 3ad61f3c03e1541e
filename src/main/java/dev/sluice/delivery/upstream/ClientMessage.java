package dev.sluice.delivery.upstream;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Something a client says to the application.
 *
 * @param from who says it
 * @param requestId unique within the session; null where no answer is awaited
 * @param event what it is
 * @param channel it concerns; null for none
 * @param data JSON text, or binary
 */
public record ClientMessage(
        Caller from, @Nullable String requestId, String event, @Nullable ChannelName channel, Payload data) {}
