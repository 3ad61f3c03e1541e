package dev.sluice.edge.agent;

import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.rollout.drain.Drain;

/** Shows the drain who has just become visible: the rollout may have changed since the gate was asked. */
public final class AgentArrivals {
    private final Drain drain;
    private final MovableAgents agents;

    public AgentArrivals(Drain drain, MovableAgents agents) {
        this.drain = drain;
        this.agents = agents;
    }

    /** Registered. On the socket's context. */
    void joined(AgentSocket socket) {
        drain.joined(AgentConnection.PROTOCOL, agents.of(socket));
    }

    /** Began to wait. */
    void joined(ParkedPolls.Parked poll) {
        drain.joined(AgentConnection.PROTOCOL, agents.of(poll));
    }
}
