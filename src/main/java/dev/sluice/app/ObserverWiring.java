package dev.sluice.app;

import dev.sluice.config.FlagFileWatcher.Reload;
import dev.sluice.config.GuardConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.command.AgentSessions;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.edge.agent.AgentSockets;
import dev.sluice.edge.agent.ParkedPolls;
import dev.sluice.edge.client.NativeConnections;
import dev.sluice.edge.ofrep.EventStreams;
import dev.sluice.edge.socketio.EngineConnections;
import dev.sluice.edge.socketio.SocketIoSeats;
import dev.sluice.fleet.Fleet;
import dev.sluice.observe.ChannelMetrics;
import dev.sluice.observe.CommandMetrics;
import dev.sluice.observe.ConnectionMetrics;
import dev.sluice.observe.ConnectionObservers;
import dev.sluice.observe.DrainMetrics;
import dev.sluice.observe.EvidenceMetrics;
import dev.sluice.observe.EvidenceRecorder;
import dev.sluice.observe.Gauges;
import dev.sluice.observe.GuardMetrics;
import dev.sluice.observe.HttpProblemMetrics;
import dev.sluice.observe.LimitMetrics;
import dev.sluice.observe.NodeHealth;
import dev.sluice.observe.RolloutMetrics;
import dev.sluice.observe.SessionMetrics;
import dev.sluice.observe.SessionObservers;
import dev.sluice.observe.TelemetryMetrics;
import dev.sluice.observe.UpstreamMetrics;
import dev.sluice.observe.WebhookMetrics;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.drain.Drain;
import dev.sluice.rollout.drain.Following;
import dev.sluice.rollout.evidence.ClientMarks;
import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.evidence.EvidenceLimits;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.watch.GuardListener;
import dev.sluice.rollout.watch.Watch;
import dev.sluice.status.Pipelines;
import dev.sluice.store.StoreHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Hangs the meters on the engine's observer ports, and the gauges on what there is to count. */
final class ObserverWiring {
    private static final int POLLS_MISSED = 3;

    /** Every protocol there is, in an order that only has to be the same everywhere. */
    private static final List<String> PROTOCOLS =
            List.of(AgentConnection.PROTOCOL, SluiceProtocol.NAME, SocketIoConnection.NAME);

    private static final long EVIDENCE_TICK_MILLIS = 250;
    private static final long NANOS_PER_MILLI = 1_000_000;

    @Produces
    @Singleton
    LimitMetrics limitMetrics(MeterRegistry registry) {
        return new LimitMetrics(registry);
    }

    @Produces
    @Singleton
    ConnectionObserver connectionObserver(MeterRegistry registry, LimitMetrics limits, EvidenceRecorder evidence) {
        return new ConnectionObservers(
                List.of(new ConnectionMetrics(registry, limits, PROTOCOLS), new TelemetryMetrics(registry), evidence));
    }

    @Produces
    @Singleton
    SessionObserver sessionObserver(MeterRegistry registry, LimitMetrics limits, EvidenceRecorder evidence) {
        return new SessionObservers(new SessionMetrics(registry, limits, AgentConnection.PROTOCOL), evidence);
    }

    @Produces
    @Singleton
    Evidence evidence(MeterRegistry registry, SluiceConfig config, InstantSource clock) {
        EvidenceMetrics metrics = new EvidenceMetrics(registry, PROTOCOLS);
        try {
            Evidence evidence =
                    new Evidence(limits(config), () -> System.nanoTime() / NANOS_PER_MILLI, metrics, clock.millis());
            metrics.watch(evidence);
            return evidence;
        } catch (IllegalArgumentException contradiction) {
            throw new RefusedToStart(String.valueOf(contradiction.getMessage()));
        }
    }

    private static EvidenceLimits limits(SluiceConfig config) {
        GuardConfig guard = config.rollout().guard();
        return new EvidenceLimits(
                guard.attemptWindow(),
                guard.voteWindow(),
                guard.votesPerAddress(),
                config.agents().pollInterval().multipliedBy(POLLS_MISSED),
                EvidenceLimits.DEFAULT_MAX_CLIENTS);
    }

    /** Known by its own name alone: as an observer it is one of several. */
    @Produces
    @Singleton
    @Typed(EvidenceRecorder.class)
    EvidenceRecorder evidenceRecorder(Evidence evidence) {
        return new EvidenceRecorder(evidence, ClientMarks.secret(), PROTOCOLS);
    }

    /** Off the event loops: counting a full ring takes milliseconds. A look that is still under way is not doubled. */
    void lookAtEvidence(@Observes StartupEvent event, Vertx vertx, Evidence evidence) {
        vertx.setPeriodic(
                EVIDENCE_TICK_MILLIS,
                timer -> vertx.executeBlocking(() -> {
                    evidence.tick();
                    return null;
                }));
    }

    @Produces
    @Singleton
    WebhookMetrics webhookMetrics(MeterRegistry registry) {
        return new WebhookMetrics(registry);
    }

    @Produces
    @Singleton
    ChannelMeters channelMeters(MeterRegistry registry, LimitMetrics limits, EvidenceRecorder evidence) {
        SessionObserver plain =
                new SessionObservers(new SessionMetrics(registry, limits, SluiceProtocol.NAME), evidence);
        SessionObserver socketio =
                new SessionObservers(new SessionMetrics(registry, limits, SocketIoConnection.NAME), evidence);
        return new ChannelMeters(protocol -> protocol.equals(SocketIoConnection.NAME) ? socketio : plain);
    }

    @Produces
    @Singleton
    ChannelMetrics channelMetrics(MeterRegistry registry) {
        return new ChannelMetrics(registry);
    }

    @Produces
    @Singleton
    UpstreamMetrics upstreamMetrics(MeterRegistry registry) {
        return new UpstreamMetrics(registry);
    }

    @Produces
    @Singleton
    CommandMetrics commandMetrics(MeterRegistry registry) {
        return new CommandMetrics(registry);
    }

    @Produces
    @Singleton
    ProblemCounter problemCounter(MeterRegistry registry, LimitMetrics limits) {
        return new HttpProblemMetrics(registry, limits)::accept;
    }

    @Produces
    @Singleton
    RolloutMetrics rolloutMetrics(MeterRegistry registry, RolloutControl control, Watch watch) {
        return new RolloutMetrics(
                registry, control::state, () -> watch.view().finding().verdict().wire());
    }

    void guard(@Observes StartupEvent event, MeterRegistry registry, RolloutMetrics metrics, Watch watch) {
        new GuardMetrics(registry, watch::view);
        watch.listen(new GuardListener() {
            @Override
            public void ceilingChanged(CeilingChange change) {
                if (change.lowered() && change.plan().phase() == Phase.ROLLED_BACK) {
                    metrics.rolledBack(change.plan().reasons().get(0));
                }
            }
        });
    }

    @Produces
    @Singleton
    DrainMetrics drainMetrics(MeterRegistry registry) {
        return new DrainMetrics(registry, PROTOCOLS);
    }

    void drainGauges(@Observes StartupEvent event, DrainMetrics metrics, Drain drain, Following following) {
        metrics.show(drain::progress, following::latest);
    }

    @Produces
    @Singleton
    FlagReloads flagReloads(RolloutMetrics metrics) {
        return reload -> {
            if (reload == Reload.ACCEPTED) {
                metrics.reloadAccepted();
            } else {
                metrics.reloadRejected();
            }
        };
    }

    void gauges(
            @Observes StartupEvent event,
            MeterRegistry registry,
            AgentSockets sockets,
            ParkedPolls parked,
            EventStreams streams,
            Notifications notifications,
            UpstreamWiring.Application application,
            AgentSessions sessions,
            CommandRouter router,
            CommandJournal journal,
            StoreHealth store,
            NodeHealth health,
            Fleet fleet,
            MemoryBudget budget,
            SluiceConfig config) {
        Duration polled = config.agents().pollInterval().multipliedBy(POLLS_MISSED);
        new Gauges(registry)
                .connections(TransportKind.WEBSOCKET, AgentConnection.PROTOCOL, sockets::size)
                .connections(TransportKind.POLLING, AgentConnection.PROTOCOL, () -> fleet.countOnHttp(polled))
                .sessions(AgentConnection.PROTOCOL, sessions::size)
                .parkedPolls(parked::size)
                .ofrepStreams(streams::size)
                .notificationsWaiting(notifications::waiting)
                .outboxWaiting(application::waiting)
                .loadedClusters(router::loadedCount)
                .unwrittenCommands(journal::pendingCount)
                .refusedWrites(journal::refusedCount)
                .heldBytes(budget::held)
                .store(store::available);
        health.watchDatabase(store::available);
    }

    void socketIoGauges(
            @Observes StartupEvent event, MeterRegistry registry, EngineConnections connections, SocketIoSeats seats) {
        Gauges gauges = new Gauges(registry).sessions(SocketIoConnection.NAME, seats::size);
        for (TransportKind kind : List.of(TransportKind.WEBSOCKET, TransportKind.POLLING)) {
            gauges.connections(kind, SocketIoConnection.NAME, () -> connections.size(kind));
        }
    }

    void pipelineGauges(@Observes StartupEvent event, MeterRegistry registry, Pipelines pipelines) {
        new Gauges(registry)
                .pipelines(
                        () -> pipelines.list().heard(), () -> pipelines.list().stale());
    }

    void nativeGauges(
            @Observes StartupEvent event,
            MeterRegistry registry,
            NativeConnections connections,
            ChannelSessions sessions,
            SocketIoSeats seats) {
        Gauges gauges =
                new Gauges(registry).sessions(SluiceProtocol.NAME, () -> Math.max(0, sessions.size() - seats.size()));
        for (TransportKind kind : TransportKind.values()) {
            gauges.connections(kind, SluiceProtocol.NAME, () -> connections.size(kind));
        }
    }
}
