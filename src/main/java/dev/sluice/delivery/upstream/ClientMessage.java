package dev.sluice.delivery.upstream;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.SessionId;
import java.util.Map;
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
 * @param more what the protocol says beside that: JSON by name
 */
public record ClientMessage(
        SessionId session,
        String clientId,
        String protocol,
        @Nullable String requestId,
        String event,
        @Nullable ChannelName channel,
        Payload data,
        Map<String, Payload> more) {

    /** A message of a protocol that says nothing more. */
    public ClientMessage(
            SessionId session,
            String clientId,
            String protocol,
            @Nullable String requestId,
            String event,
            @Nullable ChannelName channel,
            Payload data) {
        this(session, clientId, protocol, requestId, event, channel, data, Map.of());
    }
}
