package dev.sluice.app;

import dev.sluice.config.EngineioConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.SocketioConfig;
import dev.sluice.core.Disconnect;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.upstream.ClientEvents;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.socketio.EmitRoutes;
import dev.sluice.edge.socketio.EngineConnections;
import dev.sluice.edge.socketio.EngineRoute;
import dev.sluice.edge.socketio.SocketIoOptions;
import dev.sluice.edge.socketio.SocketIoParts;
import dev.sluice.edge.socketio.SocketIoSeats;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.identity.client.Clients;
import dev.sluice.protocol.engineio.EngineSettings;
import dev.sluice.protocol.socketio.SocketIoSettings;
import dev.sluice.rollout.drain.Drain;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.LinkedHashSet;

/** Makes what Socket.IO clients connect to. */
final class SocketIoWiring {
    private static final long SECOND = 1_000;
    /** Below that a second is too coarse, and a deadline is looked at that often while it lasts. */
    private static final long SHORT = 5 * SECOND;

    private static final int LOOKS = 100;

    @Produces
    @Singleton
    SocketIoOptions socketIoOptions(SluiceConfig config) {
        EngineioConfig engine = config.engineio();
        SocketioConfig keys = config.socketio();
        EngineSettings settings = new EngineSettings(
                engine.pingInterval(),
                engine.pingTimeout(),
                engine.upgradeTimeout(),
                engine.maxPayload(),
                Math.toIntExact(config.mailbox().maxBytes().asLongValue()));
        return new SocketIoOptions(
                keys.path(),
                new LinkedHashSet<>(keys.namespaces()),
                keys.recovery(),
                keys.cookie().orElse(null),
                engine.echoPath().orElse(null),
                settings,
                new SocketIoSettings(keys.connectTimeout(), engine.maxPayload()));
    }

    @Produces
    @Singleton
    SocketIoParts socketIoParts(
            ChannelSessions sessions,
            EventLoops loops,
            Clients clients,
            ChannelAccess access,
            ClientMessages messages,
            ClientEvents comings,
            RolloutGate gate,
            Newcomers newcomers,
            RateLimits rates,
            InstantSource clock,
            ConnectionObserver observer,
            SocketIoOptions options) {
        return new SocketIoParts(
                sessions,
                loops::here,
                clients,
                access,
                messages,
                comings,
                gate,
                newcomers,
                rates,
                clock,
                observer,
                options);
    }

    @Produces
    @Singleton
    SocketIoSeats socketIoSeats(InstantSource clock) {
        return new SocketIoSeats(clock);
    }

    @Produces
    @Singleton
    EmitRoutes emitRoutes(SocketIoSeats seats, InstantSource clock, SluiceConfig config) {
        return new EmitRoutes(
                seats, clock, Math.toIntExact(config.limits().message().asLongValue()));
    }

    /** A second is fine enough for the usual deadlines; where they are shorter, so is the tick. */
    @Produces
    @Singleton
    EngineConnections engineConnections(InstantSource clock, SocketIoOptions options) {
        EngineSettings settings = options.engine();
        long shortest = Math.min(
                Math.min(
                        settings.pingInterval().toMillis(),
                        settings.pingTimeout().toMillis()),
                Math.min(
                        settings.upgradeTimeout().toMillis(),
                        options.socketio().connectTimeout().toMillis()));
        return new EngineConnections(clock, shortest >= SHORT ? SECOND : Math.max(1, shortest / LOOKS));
    }

    @Produces
    @Singleton
    EngineRoute engineRoute(
            FrontDoor door,
            SocketIoParts parts,
            SocketIoSeats seats,
            EngineConnections connections,
            Drain drain,
            Vertx vertx) {
        return new EngineRoute(door, parts, seats, connections, drain, vertx);
    }

    void start(
            @Observes StartupEvent event,
            TokenBook tokens,
            EngineConnections connections,
            ChannelSessions sessions,
            SocketIoSeats seats) {
        tokens.onRevoked(id -> connections.closeAllOf(id, Disconnect.UNAUTHORIZED));
        sessions.onEnded(seats::ended);
    }
}
