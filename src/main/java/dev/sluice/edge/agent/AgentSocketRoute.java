package dev.sluice.edge.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.Gate.Admission;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.http.Upgrades;
import dev.sluice.fleet.Presence;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.agent.Registered;
import dev.sluice.protocol.json.ConnectionLimits;
import dev.sluice.transport.ws.WebSocketHandshake;
import dev.sluice.transport.ws.WebSocketTransport;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;

/**
 * {@code GET /api/v1/clusters/agent/ws}: everything that can be refused is refused before the upgrade, with a status;
 * from then on the connection speaks for itself.
 */
public final class AgentSocketRoute implements Upgrades {
    private final FrontDoor door;
    private final AgentParts house;
    private final AgentWitness witness;
    private final RolloutGate gate;
    private final AgentApplicants applicants;
    private final Newcomers newcomers;
    private final RateLimits rates;
    private final AgentSockets sockets;
    private final AgentArrivals arrivals;
    private final ConnectionLimits limits;
    private final int maxMessage;
    private final InstantSource clock;
    private final ConnectionObserver observer;

    public AgentSocketRoute(
            FrontDoor door,
            AgentParts parts,
            Newcomers newcomers,
            RateLimits rates,
            AgentSockets sockets,
            AgentArrivals arrivals,
            ConnectionLimits limits,
            int maxMessage) {
        this.door = door;
        this.house = parts;
        this.witness = parts.witness();
        this.gate = parts.gate();
        this.applicants = parts.applicants();
        this.newcomers = newcomers;
        this.rates = rates;
        this.sockets = sockets;
        this.arrivals = arrivals;
        this.limits = limits;
        this.maxMessage = maxMessage;
        this.clock = parts.clock();
        this.observer = parts.observer();
    }

    @Override
    public void mount(Router router) {
        router.get(AgentUrls.SOCKET).handler(this::enter);
    }

    @Override
    public List<String> paths() {
        return List.of(AgentUrls.SOCKET);
    }

    private void enter(RoutingContext routing) {
        ObservedClient client = null;
        try {
            Call call = door.callOf(routing, Access.AGENT);
            Visit visit = visitOf(call);
            client = witness.of(visit, call.origin().address());
            observer.tried(AgentConnection.PROTOCOL, TransportKind.WEBSOCKET, client);
            check(call, visit);
            Runnable countOut = newcomers.countIn(
                    "token:" + call.token().id(), call.origin().address());
            upgrade(routing.request(), visit, client, countOut);
        } catch (SluiceException refused) {
            observer.failed(
                    AgentConnection.PROTOCOL,
                    TransportKind.WEBSOCKET,
                    client,
                    refused.code().slug(),
                    Fault.of(refused.code()));
            door.fail(routing, refused);
        }
    }

    private static Visit visitOf(Call call) {
        String agentId = call.query("agent_id");
        if (agentId == null) {
            agentId = call.header("Sluice-Client-Id");
        }
        boolean refusesPolling = "none".equals(call.query("fallback"));
        // The socket keeps it, and most sockets found us under the same one.
        String baseUrl = call.origin().baseUrl().intern();
        return new Visit(call.token(), baseUrl, agentId, refusesPolling);
    }

    private void check(Call call, Visit visit) {
        newcomers.check(call);
        Presence known = witness.presenceOf(visit);
        if (known == null) {
            // Nobody to decide on before it registers.
            return;
        }
        known.triedWebSocket();
        rates.spendClient(known.clusterId().toString());
        Admission admission = gate.admitNow(applicants.of(known, visit.token(), visit.refusesPolling()));
        if (admission.refusal() != null) {
            call.tellMode(Mode.POLLING);
            throw new SluiceException(admission.refusal());
        }
    }

    private void upgrade(HttpServerRequest request, Visit visit, ObservedClient client, Runnable countOut) {
        WebSocketHandshake.accept(request, maxMessage, true)
                .onSuccess(transport -> welcome(transport, visit, client, countOut))
                .onFailure(failure -> {
                    countOut.run();
                    observer.failed(
                            AgentConnection.PROTOCOL, TransportKind.WEBSOCKET, client, "handshake", Fault.NETWORK);
                });
    }

    private void welcome(WebSocketTransport transport, Visit visit, ObservedClient client, Runnable countOut) {
        AgentSocket knit =
                new AgentSocket(transport, ContextInternal.current().unwrap(), visit, clock.millis(), ended -> {
                    countOut.run();
                    sockets.remove(ended);
                    noteFailure(ended);
                });
        AgentFrontDesk desk = new AgentFrontDesk(house, transport, visit, client, () -> arrivals.joined(knit));
        MessageBudget budget = new MessageBudget(rates, knit);
        knit.connect(new AgentConnection(knit.link(), desk, budget, limits, clock, observer));
        sockets.add(knit);
    }

    /** A WebSocket that never came to work, or went silent: the agent is served by polling for a while. */
    private void noteFailure(AgentSocket ended) {
        AgentConnection connection = ended.connection();
        Registered who = connection.registered();
        if (who != null && connection.leftFor() == Disconnect.SILENT) {
            gate.webSocketFailed(who.presence().cluster().agentId());
            observer.fellBack(AgentConnection.PROTOCOL, "silent");
        } else if (who == null && connection.leftFor() == null && ended.visit().agentId() != null) {
            gate.webSocketFailed(ended.visit().agentId());
            observer.fellBack(AgentConnection.PROTOCOL, "cut");
        }
    }
}
