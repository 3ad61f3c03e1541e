package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.ConnectionObserver.Offer;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.ClientOrigin;
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

    ObservedClient of(Presence agent, Decision decision, ClientOrigin origin) {
        return named(agent.cluster().workspaceId(), agent.cluster().agentId(), RolloutGate.partOf(decision), origin);
    }

    /** Who an upgrade seems to be for, before anybody registered on it. */
    ObservedClient of(Visit visit) {
        Token token = visit.token();
        Presence known = presenceOf(visit);
        if (known != null) {
            Decision decision = gate.decide(house.applicants().of(known, token, visit.refusesPolling()));
            return of(known, decision, visit.origin());
        }
        String agentId = visit.agentId();
        if (agentId == null) {
            // All that name nobody and come from one place are one client here: to count each socket would be to
            // believe that each is another's. Who is not named may be in the rollout only where everybody is.
            String place = visit.origin().address();
            Part part = gate.isForEverybody() ? Part.WEBSOCKET : Part.NONE;
            return new ObservedClient(place, "token:" + token.id(), place, part);
        }
        Applicant stranger = new Applicant(agentId, token.id().toString(), Map.of(), !visit.refusesPolling(), false);
        Part part = RolloutGate.partOf(gate.decide(stranger));
        return named(AgentDirectory.workspaceOf(token), agentId, part, visit.origin());
    }

    @Nullable
    Presence presenceOf(Visit visit) {
        Token token = visit.token();
        if (visit.agentId() != null) {
            return fleet.known(AgentDirectory.workspaceOf(token), visit.agentId());
        }
        return token.clusterId() == null ? null : fleet.known(token.clusterId());
    }

    private static ObservedClient named(int workspace, String agentId, Part part, ClientOrigin origin) {
        return new ObservedClient(agentId, vouchedBy(workspace), origin.address(), part);
    }

    static String vouchedBy(int workspace) {
        return "workspace:" + workspace;
    }

    /** A request of it was answered, and the answer told it how it is served. */
    void served(Presence agent, Serving serving, ClientOrigin origin) {
        ObservedClient client = of(agent, serving.decision(), origin);
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
