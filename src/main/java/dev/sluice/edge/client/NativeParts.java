package dev.sluice.edge.client;

import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.upstream.ClientEvents;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.identity.client.Clients;
import dev.sluice.identity.client.ResumeTokens;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What the native clients' URLs stand on, made once by the wiring.
 *
 * @param here the home on the event loop that asks, so that a session lives where its client came in
 */
public record NativeParts(
        ChannelSessions sessions,
        Supplier<Home> here,
        Clients clients,
        ChannelAccess access,
        ResumeTokens tokens,
        ClientMessages messages,
        ClientEvents comings,
        RolloutGate gate,
        RateLimits rates,
        InstantSource clock,
        ConnectionObserver observer,
        NativeSettings settings) {

    NativeWitness witness() {
        return new NativeWitness(observer, gate);
    }
}
