package dev.sluice.edge.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.fleet.Presence;
import dev.sluice.protocol.agent.Registered;
import dev.sluice.rollout.decision.Decision;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a changed rollout does to the agents that are connected: each one whose decision changed is moved at a random
 * moment within the spread, so that no herd forms. The decision is asked again at that moment, since it may have
 * changed back.
 */
public final class AgentMoves {
    private final Vertx vertx;
    private final AgentSockets sockets;
    private final ParkedPolls parked;
    private final RolloutGate gate;
    private final AgentApplicants applicants;
    private final ConnectionObserver observer;
    private final Duration spread;

    public AgentMoves(Vertx vertx, AgentSockets sockets, ParkedPolls parked, AgentParts parts, Duration spread) {
        this.vertx = vertx;
        this.sockets = sockets;
        this.parked = parked;
        this.gate = parts.gate();
        this.applicants = parts.applicants();
        this.observer = parts.observer();
        this.spread = spread;
    }

    /** The rollout changed. Any thread; returns at once. */
    public void rolloutChanged() {
        sockets.forEach(socket -> {
            Decision decision = decisionOf(socket);
            if (decision != null && decision.mode() == Mode.POLLING) {
                later(() -> socket.execute(() -> moveAway(socket)));
            }
        });
        parked.forEach((poll, who) -> {
            Serving serving = servingOf(who.agent());
            if (serving.mode() != who.mode() || !serving.mayPoll()) {
                later(poll::run);
            }
        });
    }

    private void moveAway(AgentSocket socket) {
        Decision decision = decisionOf(socket);
        if (decision != null && decision.mode() == Mode.POLLING) {
            String reason = decision.reason().wire();
            observer.switched("agent", Mode.WEBSOCKET, Mode.POLLING, reason);
            socket.connection().moveAway(Disconnect.SWITCH_TO_POLLING, reason);
        }
    }

    private @Nullable Decision decisionOf(AgentSocket socket) {
        Registered who = socket.connection().registered();
        if (who == null) {
            return null;
        }
        Visit visit = socket.visit();
        return gate.decide(applicants.of(who.presence(), visit.token(), visit.refusesPolling()));
    }

    private Serving servingOf(Presence agent) {
        return gate.servingOf(applicants.of(agent, null, false));
    }

    private void later(Runnable task) {
        long within = Math.max(1, spread.toMillis());
        vertx.setTimer(ThreadLocalRandom.current().nextLong(1, within + 1), due -> task.run());
    }

    /** This node goes down: everybody is told, spread over {@code within}. */
    public void shutDown(Duration within) {
        long millis = Math.max(1, within.toMillis());
        sockets.forEach(socket -> vertx.setTimer(
                ThreadLocalRandom.current().nextLong(1, millis + 1),
                due -> socket.execute(() -> socket.connection().moveAway(Disconnect.SHUTDOWN, "shutdown"))));
        parked.forEach((poll, who) -> poll.run());
    }
}
