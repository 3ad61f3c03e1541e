package dev.sluice.edge.socketio;

import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.upstream.ClientEvents;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.identity.client.Clients;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What Socket.IO's URLs stand on, made once by the wiring.
 *
 * @param here the home on the event loop that asks, so that a connection lives where its client came in
 */
public record SocketIoParts(
        ChannelSessions sessions,
        Supplier<Home> here,
        Clients clients,
        ChannelAccess access,
        ClientMessages messages,
        ClientEvents comings,
        RolloutGate gate,
        Newcomers newcomers,
        RateLimits rates,
        InstantSource clock,
        ConnectionObserver observer,
        SocketIoOptions options) {}
