package dev.sluice.app;

import dev.sluice.config.SessionsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.core.Disconnect;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.upstream.ClientEvents;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.edge.client.BrowserFiles;
import dev.sluice.edge.client.NativeConnections;
import dev.sluice.edge.client.NativeParts;
import dev.sluice.edge.client.NativeRoutes;
import dev.sluice.edge.client.NativeSettings;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.identity.SigningKeys;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.identity.client.Clients;
import dev.sluice.identity.client.ResumeTokens;
import dev.sluice.protocol.json.ConnectionLimits;
import dev.sluice.rollout.drain.Drain;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** Makes what native clients connect to. */
final class NativeWiring {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long a client has to come back by itself that was told to. */
    private static final Duration SWITCH_WITHIN = Duration.ofSeconds(1);

    private static final String RESUME_KEY = "resume-tokens";

    @Produces
    @Singleton
    ResumeTokens resumeTokens() {
        return new ResumeTokens();
    }

    @Produces
    @Singleton
    NativeParts nativeParts(
            ChannelSessions sessions,
            EventLoops loops,
            Clients clients,
            ChannelAccess access,
            ResumeTokens tokens,
            ClientMessages messages,
            ClientEvents comings,
            RolloutGate gate,
            RateLimits rates,
            InstantSource clock,
            ConnectionObserver observer,
            SluiceConfig config) {
        SessionsConfig keys = config.sessions();
        // No first frame is asked of a client: it may just listen.
        ConnectionLimits socket =
                new ConnectionLimits(keys.silence(), keys.pingInterval(), keys.silence(), SWITCH_WITHIN);
        NativeSettings settings = new NativeSettings(
                keys.grace(), socket, Math.toIntExact(config.limits().message().asLongValue()), keys.streamAtMost());
        return new NativeParts(
                sessions,
                loops::here,
                clients,
                access,
                tokens,
                messages,
                comings,
                gate,
                rates,
                clock,
                observer,
                settings);
    }

    @Produces
    @Singleton
    NativeConnections nativeConnections(Vertx vertx, NativeParts parts) {
        return new NativeConnections(vertx, parts);
    }

    @Produces
    @Singleton
    NativeRoutes nativeRoutes(
            FrontDoor door,
            NativeParts parts,
            NativeConnections connections,
            Newcomers newcomers,
            PollLateness lateness,
            Drain drain) {
        return new NativeRoutes(door, parts, connections, newcomers, lateness, drain);
    }

    @Produces
    @Singleton
    BrowserFiles browserFiles() {
        return new BrowserFiles();
    }

    /** Before the first listener opens: tokens of before the restart, and of other nodes, are good here. */
    void start(
            @Observes StartupEvent event,
            SigningKeys keys,
            ResumeTokens resume,
            TokenBook tokens,
            NativeConnections connections) {
        byte[] fresh = new byte[ResumeTokens.KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        resume.use(keys.obtain(RESUME_KEY, fresh).await().atMost(PATIENCE));
        tokens.onRevoked(id -> connections.closeAllOf(id, Disconnect.UNAUTHORIZED));
    }
}
