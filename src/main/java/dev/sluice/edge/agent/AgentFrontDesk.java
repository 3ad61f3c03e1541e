package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.command.AgentSession;
import dev.sluice.delivery.command.CommandQueue;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Encoder;
import dev.sluice.delivery.session.Gate.Admission;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.fleet.Presence;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.agent.AgentReception;
import dev.sluice.protocol.agent.RegisterRequest;
import dev.sluice.protocol.agent.Registered;
import dev.sluice.transport.ws.WebSocketTransport;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The house as one agent's socket meets it: bound to its transport, its token and what its upgrade said. */
final class AgentFrontDesk implements AgentReception {
    /** Commands in one hand-over: enough to fill a segment, few enough to let replies through in between. */
    private static final int MAX_FRAMES = 64;

    private static final int MAX_BYTES = 256 * 1024;

    private final AgentParts house;
    private final WebSocketTransport transport;
    private final Visit visit;
    private final Runnable onArrived;
    private volatile ObservedClient client;
    private volatile boolean named;

    /** @param client who the upgrade seemed to be for */
    AgentFrontDesk(
            AgentParts house, WebSocketTransport transport, Visit visit, ObservedClient client, Runnable onArrived) {
        this.house = house;
        this.transport = transport;
        this.visit = visit;
        this.client = client;
        this.onArrived = onArrived;
    }

    @Override
    public ObservedClient client() {
        return client;
    }

    @Override
    public Uni<Registered> register(RegisterRequest request) {
        if (visit.agentId() != null && !visit.agentId().equals(request.agentId())) {
            return Uni.createFrom().failure(new SluiceException(ProblemCode.AGENT_ID_MISMATCH));
        }
        return house.directory().register(visit.token(), request).chain(presence -> admit(presence)
                .map(admission -> {
                    if (admission.refusal() != null) {
                        throw new SluiceException(admission.refusal());
                    }
                    house.gate().webSocketWorked(request.agentId());
                    identify(presence);
                    return new Registered(presence, request.instanceId(), visit.baseUrl());
                }));
    }

    private Uni<Admission> admit(Presence presence) {
        return house.gate().admit(applicant(presence));
    }

    private Applicant applicant(Presence presence) {
        return house.applicants().of(presence, visit.token(), visit.refusesPolling());
    }

    private void identify(Presence presence) {
        if (named) {
            return;
        }
        named = true;
        ObservedClient before = client;
        ObservedClient is = house.witness().of(presence, house.gate().decide(applicant(presence)));
        client = is;
        if (!is.equals(before)) {
            house.observer().identified(AgentConnection.PROTOCOL, TransportKind.WEBSOCKET, before, is);
        }
    }

    @Override
    public void arrived() {
        onArrived.run();
    }

    @Override
    public Uni<Seat> attach(Registered registered, Encoder commands, Runnable onFenced) {
        UUID clusterId = registered.presence().clusterId();
        Home home = house.homes().apply(clusterId);
        return house.router().queue(clusterId).map(queue -> {
            AgentSession session = house.sessions().open(queue, registered.instanceId());
            long now = house.clock().millis();
            if (session.duplicateIdentity(now)) {
                return new Outside();
            }
            transport.boundTo(home);
            Pipe pipe = new Pipe(transport, commands, MAX_FRAMES, MAX_BYTES, onFenced);
            TransportKind before = session.lastTransport();
            long away = session.session().awayMillis(now);
            Attachment attached = session.attachWebSocket(pipe, now);
            if (attached == null) {
                throw new SluiceException(ProblemCode.INTERNAL);
            }
            tellReturn(before, away);
            return new Inside(attached);
        });
    }

    private void tellReturn(@Nullable TransportKind before, long awayMillis) {
        if (before == TransportKind.POLLING) {
            house.observer().switched(AgentConnection.PROTOCOL, Mode.POLLING, Mode.WEBSOCKET, "offered");
        } else if (before == TransportKind.WEBSOCKET && awayMillis > 0) {
            house.observer().reconnected(AgentConnection.PROTOCOL, Duration.ofMillis(awayMillis));
        }
    }

    @Override
    public Uni<Boolean> acknowledge(UUID clusterId, UUID commandId) {
        long now = house.clock().millis();
        return house.router()
                .queue(clusterId)
                .map(queue -> queue.acknowledge(commandId, now) || queue.closedLately(commandId));
    }

    @Override
    public Uni<Boolean> finish(UUID clusterId, UUID commandId, CommandResult result) {
        long now = house.clock().millis();
        return house.router().queue(clusterId).map(queue -> finish(queue, commandId, result, now));
    }

    private static boolean finish(CommandQueue queue, UUID commandId, CommandResult result, long now) {
        return queue.finish(commandId, result, now) || queue.closedLately(commandId);
    }

    private record Inside(Attachment attachment) implements Seat {
        @Override
        public boolean duplicateIdentity() {
            return false;
        }

        @Override
        public void left() {
            attachment.ended(Attachment.End.LOST);
        }
    }

    private record Outside() implements Seat {
        @Override
        public boolean duplicateIdentity() {
            return true;
        }

        @Override
        public void left() {
            // It never had a place.
        }
    }
}
