package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.delivery.command.AgentSessions;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.edge.agent.AgentArrivals;
import dev.sluice.edge.agent.AgentDirectory;
import dev.sluice.edge.agent.AgentHttpRoutes;
import dev.sluice.edge.agent.AgentParts;
import dev.sluice.edge.agent.AgentReporters;
import dev.sluice.edge.agent.AgentSocketRoute;
import dev.sluice.edge.agent.AgentSockets;
import dev.sluice.edge.agent.LegacyHeaders;
import dev.sluice.edge.agent.ParkedPolls;
import dev.sluice.edge.client.KnownClients;
import dev.sluice.edge.command.ClusterRoutes;
import dev.sluice.edge.command.CommandRoutes;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.Cors;
import dev.sluice.edge.gate.LegacyDates;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.OpenConnections;
import dev.sluice.edge.gate.Origins;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.BodyReader;
import dev.sluice.edge.http.ClientOrigins;
import dev.sluice.edge.http.Credentials;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.Greeting;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.loop.Deadlines;
import dev.sluice.edge.telemetry.TelemetryRoutes;
import dev.sluice.fleet.Fleet;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.client.Clients;
import dev.sluice.protocol.json.ConnectionLimits;
import dev.sluice.rollout.control.Fallbacks;
import dev.sluice.rollout.control.Refusals;
import dev.sluice.rollout.control.RolloutControl;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Makes the front door and what stands behind it. */
final class EdgeWiring {
    /** How long an agent that knows {@code switch} has to move by itself. */
    private static final Duration SWITCH_WITHIN = Duration.ofSeconds(1);

    @Produces
    @Singleton
    RateLimits rateLimits(SluiceConfig config) {
        return new RateLimits(
                config.limits().messagesPerSecond(), config.limits().requestsPerSecond());
    }

    @Produces
    @Singleton
    ClientOrigins clientOrigins(SluiceConfig config) {
        return new ClientOrigins(
                config.http().trustedProxies().orElse(List.of()),
                config.publicUrl().orElse(null));
    }

    @Produces
    @Singleton
    Origins origins(SluiceConfig config) {
        List<String> socketIo = new ArrayList<>(List.of(
                config.socketio().path(), "/api/rag-status", "/api/socket/", "/api/health", "/health", "/status"));
        config.engineio().echoPath().ifPresent(socketIo::add);
        return new Origins(config.http().allowedOrigins().orElse(List.of()))
                .with(config.socketio().corsOrigin().orElse(List.of()), socketIo);
    }

    @Produces
    @Singleton
    Newcomers newcomers(Origins origins, SluiceConfig config) {
        OpenConnections open = new OpenConnections(
                config.limits().connectionsPerToken(),
                config.limits().connectionsPerAddress().orElse(Integer.MAX_VALUE));
        return new Newcomers(open, origins);
    }

    @Produces
    @Singleton
    Cors cors(Origins origins, ClientOrigins clients, FrontDoor door) {
        return new Cors(origins, clients, door);
    }

    @Produces
    @Singleton
    FrontDoor frontDoor(
            TokenBook tokens,
            Clients clients,
            ClientOrigins origins,
            RateLimits rates,
            Vertx vertx,
            SluiceConfig config,
            Greeting greeting,
            ProblemCounter problems) {
        BodyReader bodies = new BodyReader(
                vertx, config.limits().body().asLongValue(), config.limits().bodyTimeout());
        return new FrontDoor(new Credentials(tokens, clients), origins, rates, bodies, greeting, problems);
    }

    @Produces
    @Singleton
    Greeting greeting(RolloutGate gate, AgentApplicants applicants, Fleet fleet) {
        return new KnownClients(gate, new AskedClients(applicants, fleet));
    }

    @Produces
    @Singleton
    LegacyDates legacyDates(SluiceConfig config, InstantSource clock) {
        return new LegacyDates(
                config.legacy().deprecatedAt().map(OffsetDateTime::toInstant).orElse(null),
                config.legacy().sunsetAt().map(OffsetDateTime::toInstant).orElse(null),
                clock);
    }

    @Produces
    @Singleton
    RolloutGate gate(RolloutControl control, Refusals refusals, Fallbacks fallbacks) {
        return new RolloutGate(control, refusals, fallbacks);
    }

    @Produces
    @Singleton
    AgentApplicants applicants(Fleet fleet, LegacyDates legacy, SluiceConfig config) {
        return new AgentApplicants(fleet, legacy, config.agents().pollInterval());
    }

    @Produces
    @Singleton
    AgentDirectory directory(Fleet fleet) {
        return new AgentDirectory(fleet);
    }

    @Produces
    @Singleton
    AgentParts agentParts(
            AgentDirectory directory,
            AgentApplicants applicants,
            RolloutGate gate,
            Fleet fleet,
            CommandRouter router,
            AgentSessions sessions,
            EventLoops loops,
            InstantSource clock,
            ConnectionObserver observer) {
        return new AgentParts(directory, applicants, gate, fleet, router, sessions, loops::of, clock, observer);
    }

    @Produces
    @Singleton
    AgentSockets agentSockets(InstantSource clock) {
        return new AgentSockets(clock);
    }

    @Produces
    @Singleton
    ParkedPolls parkedPolls(Vertx vertx) {
        return new ParkedPolls(new Deadlines(vertx));
    }

    @Produces
    @Singleton
    AgentSocketRoute socketRoute(
            FrontDoor door,
            AgentParts parts,
            Newcomers newcomers,
            RateLimits rates,
            AgentSockets sockets,
            AgentArrivals arrivals,
            SluiceConfig config) {
        ConnectionLimits limits = new ConnectionLimits(
                config.agents().firstFrame(),
                config.agents().pingInterval(),
                config.agents().silence(),
                SWITCH_WITHIN);
        int maxMessage = Math.toIntExact(config.limits().message().asLongValue());
        return new AgentSocketRoute(door, parts, newcomers, rates, sockets, arrivals, limits, maxMessage);
    }

    @Produces
    @Singleton
    AgentHttpRoutes agentHttpRoutes(
            AgentParts parts,
            LegacyDates dates,
            RateLimits rates,
            CommandJournal journal,
            ParkedPolls parked,
            AgentArrivals arrivals,
            PollLateness lateness,
            SluiceConfig config) {
        LegacyHeaders legacy =
                new LegacyHeaders(dates, config.legacy().guideUrl().orElse(null));
        return new AgentHttpRoutes(
                parts,
                legacy,
                rates,
                journal,
                parked,
                arrivals,
                lateness,
                config.agents().pollInterval());
    }

    @Produces
    @Singleton
    CommandRoutes commandRoutes(
            AgentDirectory directory,
            CommandRouter router,
            CommandJournal journal,
            InstantSource clock,
            SluiceConfig config) {
        return new CommandRoutes(
                directory,
                router,
                journal,
                clock,
                config.commands().ttl(),
                Math.toIntExact(config.limits().message().asLongValue()));
    }

    @Produces
    @Singleton
    ClusterRoutes clusterRoutes(Fleet fleet) {
        return new ClusterRoutes(fleet);
    }

    @Produces
    @Singleton
    TelemetryRoutes telemetryRoutes(
            ConnectionObserver observer, RateLimits rates, Fleet fleet, AgentDirectory directory) {
        return new TelemetryRoutes(observer, rates, List.of(new AgentReporters(fleet, directory)));
    }
}
