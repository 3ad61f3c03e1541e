package dev.sluice.protocol.sluice;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.channel.Subscribe;
import org.jspecify.annotations.Nullable;

/** What a client asks for: a frame whose fields were read and are good. */
public sealed interface SluiceRequest {

    /** Unique within the session; null where the client named none, and a repeat is then another request. */
    @Nullable
    String requestId();

    record SubscribeTo(@Nullable String requestId, Subscribe what) implements SluiceRequest {}

    record UnsubscribeFrom(@Nullable String requestId, ChannelName channel) implements SluiceRequest {}

    /** @param conflationKey null for the event's name */
    record PublishTo(
            @Nullable String requestId, ChannelName channel, String event, Payload data, @Nullable String conflationKey)
            implements SluiceRequest {}

    /** The client has everything up to there. */
    record Acknowledge(@Nullable String requestId, SessionCursor upTo) implements SluiceRequest {}

    /** Something for the application. */
    record Tell(@Nullable String requestId, String event, @Nullable ChannelName channel, Payload data)
            implements SluiceRequest {}

    /** A newer credential. */
    record Renew(@Nullable String requestId, String credential) implements SluiceRequest {
        /** Without the credential: records end up in logs. */
        @Override
        public String toString() {
            return "Renew[" + requestId + "]";
        }
    }

    record Ping(@Nullable String requestId) implements SluiceRequest {}

    record Pong(@Nullable String requestId) implements SluiceRequest {}
}
