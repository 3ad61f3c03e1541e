package dev.sluice.app;

import dev.sluice.config.DrainConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.core.Mode;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.edge.agent.AgentArrivals;
import dev.sluice.edge.agent.AgentParts;
import dev.sluice.edge.agent.AgentSockets;
import dev.sluice.edge.agent.MovableAgents;
import dev.sluice.edge.agent.ParkedPolls;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.observe.DrainMetrics;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.drain.Drain;
import dev.sluice.rollout.drain.DrainCause;
import dev.sluice.rollout.drain.DrainObserver;
import dev.sluice.rollout.drain.DrainSettings;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Following;
import dev.sluice.rollout.drain.Movables;
import dev.sluice.rollout.drain.PollingStrain;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** Makes what moves and counts connected clients. Every bean that is a {@link Movables} takes part by being one. */
final class DrainWiring {
    private static final int POLLS_MISSED = 3;

    @Produces
    @Singleton
    MovableAgents movableAgents(
            Vertx vertx, AgentSockets sockets, ParkedPolls parked, AgentParts parts, SluiceConfig config) {
        Duration present = config.agents().pollInterval().multipliedBy(POLLS_MISSED);
        return new MovableAgents(vertx, sockets, parked, parts, present);
    }

    @Produces
    @Singleton
    AgentArrivals agentArrivals(Drain drain, MovableAgents agents) {
        return new AgentArrivals(drain, agents);
    }

    @Produces
    @Singleton
    PollLateness pollLateness() {
        return new PollLateness();
    }

    @Produces
    @Singleton
    Drain drain(
            @Any Instance<Movables> populations,
            RolloutControl control,
            PollLateness polls,
            Vertx vertx,
            InstantSource clock,
            DrainMetrics metrics,
            ConnectionObserver connections,
            SluiceConfig config) {
        DrainConfig keys = config.rollout().drain();
        DrainSettings settings = new DrainSettings(keys.spread(), keys.order(), keys.maxPerSecond(), keys.pauseAbove());
        LoopLag loops = new LoopLag(vertx, Runtime.getRuntime().availableProcessors() * 2);
        PollingStrain strain = () -> {
            Duration loop = loops.lateness();
            Duration poll = polls.lateness();
            return loop.compareTo(poll) > 0 ? loop : poll;
        };
        return new Drain(
                populations.stream().toList(),
                control::state,
                settings,
                strain,
                clock,
                new SplittableRandom(),
                new Told(metrics, connections));
    }

    @Produces
    @Singleton
    Following following(@Any Instance<Movables> populations, RolloutControl control, InstantSource clock) {
        return new Following(populations.stream().toList(), control::state, clock);
    }

    /** Whoever is sent to polling counts as switched when told: nobody sees the moment it begins to poll. */
    private record Told(DrainMetrics metrics, ConnectionObserver connections) implements DrainObserver {
        @Override
        public void started(DrainCause cause) {
            metrics.started(cause);
        }

        @Override
        public void told(String protocol, Mode from, Farewell farewell) {
            metrics.told(protocol, from, farewell);
            if (from == Mode.WEBSOCKET && farewell.to() == Mode.POLLING) {
                connections.switched(protocol, from, Mode.POLLING, farewell.reason());
            }
        }

        @Override
        public void paused() {
            metrics.paused();
        }
    }
}
