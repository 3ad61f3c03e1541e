package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.agent.Registered;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Movable;

/**
 * An agent on a WebSocket. It resumes by the ids of its commands, so it is told and closed without waiting for what it
 * has not acknowledged: that is offered again.
 */
final class SocketAgent implements Movable {
    private final MovableAgents agents;
    private final AgentSocket socket;

    SocketAgent(MovableAgents agents, AgentSocket socket) {
        this.agents = agents;
        this.socket = socket;
    }

    @Override
    public boolean identified() {
        return socket.connection().registered() != null;
    }

    @Override
    public ClientFacts facts() {
        Registered who = socket.connection().registered();
        if (who == null) {
            throw new IllegalStateException("not registered");
        }
        Visit visit = socket.visit();
        return agents.facts(who.presence(), visit.token(), visit.refusesPolling());
    }

    @Override
    public Mode mode() {
        return Mode.WEBSOCKET;
    }

    @Override
    public boolean reachable() {
        return !socket.connection().leaving();
    }

    @Override
    public long connectedAt() {
        return socket.openedAt();
    }

    @Override
    public void execute(Runnable task) {
        socket.execute(task);
    }

    @Override
    public boolean move(Farewell farewell) {
        AgentConnection connection = socket.connection();
        if (connection.leaving()) {
            return false;
        }
        connection.moveAway(farewell.why(), farewell.reason());
        return true;
    }
}
