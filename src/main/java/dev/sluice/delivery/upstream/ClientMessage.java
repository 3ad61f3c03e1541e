package dev.sluice.delivery.upstream;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * Something a client says to the application.
 *
 * @param session that said it
 * @param clientId the client's name, as others see it
 * @param protocol it was said in
 * @param requestId unique within the session; null where no answer is awaited
 * @param event what it is
 * @param channel it concerns; null for none
 * @param data JSON text, or binary
 */
public record ClientMessage(
        SessionId session,
        String clientId,
        String protocol,
        @Nullable String requestId,
        String event,
        @Nullable ChannelName channel,
        Payload data) {}
