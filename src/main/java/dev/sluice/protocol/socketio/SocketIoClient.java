package dev.sluice.protocol.socketio;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.upstream.ClientMessage;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** What the client behind one socket may do, as the house knows it. Any thread; never blocks. */
public interface SocketIoClient {

    boolean maySubscribe(ChannelName channel);

    /** The user; null without one. */
    @Nullable
    String subject();

    /** When its credential ends, in milliseconds since the epoch; {@link Long#MAX_VALUE} for never. */
    long expiresAtMillis();

    /** Says something to the application, as {@link dev.sluice.delivery.upstream.ClientMessages#send} does. */
    Uni<@Nullable Payload> tell(ClientMessage message);
}
