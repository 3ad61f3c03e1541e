package dev.sluice.edge.client;

import dev.sluice.core.ChannelName;
import dev.sluice.identity.client.ClientIdentity;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket's address. The old ones are bound to a channel, which whoever connects there has joined: their clients
 * never learned to subscribe.
 *
 * @param path as the router wants it
 * @param joins the channel for that client; null for none
 */
record RawEndpoint(String path, Function<ClientIdentity, @Nullable ChannelName> joins) {
    static final String CLIENT_ID = "client_id";

    /** Literal paths before the one with a name in the same place. */
    static final List<RawEndpoint> ALL = List.of(
            new RawEndpoint(NativeUrls.SOCKET, nobody -> null),
            new RawEndpoint("/ws/native", nobody -> null),
            new RawEndpoint("/ws/analytics/realtime", fixed("presence-analytics-realtime")),
            new RawEndpoint("/ws/roblox", fixed("private-roblox-sync")),
            new RawEndpoint("/api/v1/environment/create", RawEndpoint::ownOrNone),
            new RawEndpoint("/ws/:" + CLIENT_ID, RawEndpoint::ownOrNone));

    private static Function<ClientIdentity, @Nullable ChannelName> fixed(String channel) {
        ChannelName name = new ChannelName(channel);
        return client -> name;
    }

    /** A user's own channel; whoever is no user has none. */
    private static @Nullable ChannelName ownOrNone(ClientIdentity client) {
        return client.subject() == null ? null : new ChannelName("private-user-" + client.subject());
    }
}
