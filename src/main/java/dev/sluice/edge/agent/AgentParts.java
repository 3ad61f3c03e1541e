package dev.sluice.edge.agent;

import dev.sluice.delivery.command.AgentSessions;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Home;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.fleet.Fleet;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;

/** What the agents' URLs stand on, made once by the wiring. */
public record AgentParts(
        AgentDirectory directory,
        AgentApplicants applicants,
        RolloutGate gate,
        Fleet fleet,
        CommandRouter router,
        AgentSessions sessions,
        Function<UUID, Home> homes,
        InstantSource clock,
        ConnectionObserver observer) {

    /** Who tells the observer which client an agent is. */
    AgentWitness witness() {
        return new AgentWitness(this);
    }
}
