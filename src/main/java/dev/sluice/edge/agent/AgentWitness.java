package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.ConnectionObserver.Offer;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.rollout.decision.Decision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells the observer which client an agent is: its {@code agent_id}, vouched for by its workspace, over either
 * transport. Any thread.
 */
final class AgentWitness {
    /** Only of clients that proved nothing does the address matter. */
    private static final String NOWHERE = "";

    private final Fleet fleet;
    private final RolloutGate gate;
    private final AgentParts house;
    private final ConnectionObserver observer;

    AgentWitness(AgentParts house) {
        this.house = house;
        this.fleet = house.fleet();
        this.gate = house.gate();
        this.observer = house.observer();
    }

    ObservedClient of(Presence agent, Decision decision) {
        return named(agent.cluster().workspaceId(), agent.cluster().agentId(), RolloutGate.partOf(decision));
    }

    /** One of whom nothing is known but its name. */
    ObservedClient of(Token token, String agentId) {
        return named(AgentDirectory.workspaceOf(token), agentId, Part.NONE);
    }

    /** Who an upgrade seems to be for, before anybody registered on it. */
    ObservedClient of(Visit visit, String address) {
        Token token = visit.token();
        Presence known = presenceOf(visit);
        if (known != null) {
            Decision decision = gate.decide(house.applicants().of(known, token, visit.refusesPolling()));
            return of(known, decision);
        }
        String agentId = visit.agentId();
        if (agentId == null) {
            // All that name nobody and come from one place are one client here: to count each socket would be to
            // believe that each is another's. Who is not named may be in the rollout only where everybody is.
            Part part = gate.isForEverybody() ? Part.WEBSOCKET : Part.NONE;
            return new ObservedClient(address, "token:" + token.id(), address, part);
        }
        Applicant stranger = new Applicant(agentId, token.id().toString(), Map.of(), !visit.refusesPolling(), false);
        Part part = RolloutGate.partOf(gate.decide(stranger));
        return named(AgentDirectory.workspaceOf(token), agentId, part);
    }

    @Nullable
    Presence presenceOf(Visit visit) {
        Token token = visit.token();
        if (visit.agentId() != null) {
            return fleet.known(AgentDirectory.workspaceOf(token), visit.agentId());
        }
        return token.clusterId() == null ? null : fleet.known(token.clusterId());
    }

    private static ObservedClient named(int workspace, String agentId, Part part) {
        return new ObservedClient(agentId, vouchedBy(workspace), NOWHERE, part);
    }

    static String vouchedBy(int workspace) {
        // Every socket keeps it.
        return ("workspace:" + workspace).intern();
    }

    /** A request of it was answered, and the answer told it how it is served. */
    void served(Presence agent, Serving serving) {
        ObservedClient client = of(agent, serving.decision());
        observer.served(AgentConnection.PROTOCOL, client);
        if (serving.mode() != Mode.WEBSOCKET) {
            return;
        }
        if (agent.cluster().features().supportsSwitch()) {
            // A frame of the WebSocket: who understands it can use one.
            observer.able(AgentConnection.PROTOCOL, client);
        }
        observer.offered(AgentConnection.PROTOCOL, client, Offer.WHILE_POLLING);
    }
}
