package dev.sluice.edge.socketio;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.socketio.SocketIoClient;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The client of one socket, as the house knows it. Any thread. */
record SocketClient(SocketIoParts parts, ClientIdentity identity) implements SocketIoClient {

    @Override
    public boolean maySubscribe(ChannelName channel) {
        return parts.access().maySubscribe(identity, channel);
    }

    @Override
    public @Nullable String subject() {
        return identity.subject();
    }

    @Override
    public long expiresAtMillis() {
        Instant end = identity.expiresAt();
        return end == null ? Long.MAX_VALUE : end.toEpochMilli();
    }

    @Override
    public Uni<@Nullable Payload> tell(ClientMessage message) {
        return parts.messages().send(message);
    }
}
