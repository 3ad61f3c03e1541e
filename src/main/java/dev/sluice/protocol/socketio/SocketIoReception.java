package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ResumeAt;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Decides on who wants to connect to a namespace. Called on the connection's home; answers on any thread. */
public interface SocketIoReception {

    /**
     * Finds or opens the socket's session. Fails with the problem that the client is told in {@code CONNECT_ERROR}.
     *
     * @param auth what the client sent with it, {@code pid} and {@code offset} included; an object, maybe empty
     */
    Uni<Seat> receive(String namespace, JsonNode auth);

    /** The socket is seated: its client was told, or is told with what goes out next. On the connection's home. */
    default void seated(SocketIoSocket socket) {}

    /** The socket's connection is over, or its client left. On the connection's home. */
    default void left(SocketIoSocket socket) {}

    /**
     * A place in a namespace.
     *
     * @param sid the socket's public id
     * @param pid what its client may come back with; null where recovery is off
     * @param channel that the namespace stands for; null for none, and where the session has it already
     * @param from where a session that was there before goes on; null for a new one
     */
    record Seat(
            ChannelSession session,
            SocketIoClient client,
            String sid,
            @Nullable String pid,
            @Nullable ChannelName channel,
            @Nullable ResumeAt from) {}
}
