package dev.sluice.edge.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandQueue;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.fleet.Presence;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.agent.RegisterRequest;
import dev.sluice.protocol.agent.Registered;
import dev.sluice.protocol.agent.ResultReader;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that agents poll. A heartbeat or an empty poll touches memory only; acknowledgements and results are
 * answered once they are durable.
 */
public final class AgentHttpRoutes implements Endpoints {
    private static final String CLUSTER = AgentUrls.BASE + "/{cluster_id}";

    private final AgentParts parts;
    private final LegacyHeaders legacy;
    private final RateLimits rates;
    private final CommandJournal journal;
    private final AgentPollRoute polls;

    public AgentHttpRoutes(
            AgentParts parts,
            LegacyHeaders legacy,
            RateLimits rates,
            CommandJournal journal,
            ParkedPolls parked,
            AgentArrivals arrivals,
            PollLateness lateness,
            Duration pollInterval) {
        this.parts = parts;
        this.legacy = legacy;
        this.rates = rates;
        this.journal = journal;
        this.polls = new AgentPollRoute(parts, parked, arrivals, lateness, pollInterval);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(AgentUrls.BASE + "/register", Access.AGENT, told(this::register)),
                Endpoint.post(CLUSTER + "/heartbeat", Access.AGENT, told(this::beat))
                        .askedOften(),
                Endpoint.get(CLUSTER + "/poll", Access.AGENT, told(call -> known(call, this::poll)))
                        .askedOften(),
                Endpoint.get(CLUSTER + "/tunnel-info", Access.AGENT, told(call -> known(call, this::tunnelInfo))),
                Endpoint.post(
                        CLUSTER + "/commands/{id}/ack", Access.AGENT, told(call -> known(call, this::acknowledge))),
                Endpoint.post(
                        CLUSTER + "/commands/{id}/result", Access.AGENT, told(call -> known(call, this::finish))));
    }

    /** What an agent is refused is told to the observer; who does not get as far as here is no agent. */
    private Endpoint.Handler told(Endpoint.Handler handler) {
        return new Endpoint.Handler() {
            @Override
            public void asked(HttpServerResponse answer, ClientOrigin from) {
                legacy.announce(answer, from);
            }

            @Override
            public void arrived(Call call) {
                Presence agent = named(call);
                if (agent != null && parts.directory().mayTouch(call.token(), agent)) {
                    tellMode(call, agent);
                }
            }

            @Override
            public Uni<Answer> handle(Call call) {
                return Uni.createFrom()
                        .deferred(() -> handler.handle(call))
                        .onFailure()
                        .invoke(failure -> parts.observer()
                                .error(
                                        AgentConnection.PROTOCOL,
                                        TransportKind.POLLING,
                                        observed(call),
                                        codeOf(failure)));
            }
        };
    }

    /** The agent in the path, where there is one that this node has met. */
    private @Nullable Presence named(Call call) {
        try {
            return call.path("cluster_id") == null
                    ? null
                    : parts.fleet().known(call.pathId("cluster_id", ProblemCode.CLUSTER_NOT_FOUND));
        } catch (SluiceException noId) {
            return null;
        }
    }

    /** Whose request it is, where that is known and the token may speak for it. */
    private @Nullable ObservedClient observed(Call call) {
        Presence agent = named(call);
        return agent == null || !parts.directory().mayTouch(call.token(), agent)
                ? null
                : parts.witness().of(agent, servingOf(call, agent).decision());
    }

    private static ProblemCode codeOf(Throwable failure) {
        return failure instanceof SluiceException known ? known.code() : ProblemCode.INTERNAL;
    }

    private Uni<Answer> register(Call call) {
        RegisterRequest request = RegisterRequest.read(call.body());
        legacy.refuseAfterSunset(call, request.features().supportsPolling());
        int workspace = AgentDirectory.workspaceOf(call.token());
        Presence before = parts.fleet().known(workspace, request.agentId());
        if (before != null && parts.directory().mayTouch(call.token(), before)) {
            seen(call, before);
        }
        rates.spendClient(before != null ? before.clusterId().toString() : workspace + "/" + request.agentId());
        return attempted(
                call, request, parts.directory().register(call.token(), request).map(agent -> {
                    Serving serving = seen(call, agent);
                    parts.witness().served(agent, serving);
                    Registered registered = new Registered(
                            agent, request.instanceId(), call.origin().baseUrl());
                    return Answer.ok(AgentAnswers.registered(registered, serving, call.origin()));
                }));
    }

    /** Registering over HTTP is an attempt at polling, as the upgrade is one at WebSocket. */
    private Uni<Answer> attempted(Call call, RegisterRequest request, Uni<Answer> registering) {
        ConnectionObserver observer = parts.observer();
        ObservedClient client = parts.witness().of(call.token(), request.agentId());
        observer.tried(AgentConnection.PROTOCOL, TransportKind.POLLING, client);
        return registering
                .invoke(() -> observer.working(AgentConnection.PROTOCOL, TransportKind.POLLING, client))
                .onFailure()
                .invoke(failure -> observer.failed(
                        AgentConnection.PROTOCOL,
                        TransportKind.POLLING,
                        client,
                        codeOf(failure).slug(),
                        Fault.of(codeOf(failure))));
    }

    /** What the endpoints below one cluster share: whose it is, the budget, the sunset, the mode. */
    private Uni<Answer> known(Call call, BiFunction<Call, Presence, Uni<Answer>> then) {
        UUID clusterId = call.pathId("cluster_id", ProblemCode.CLUSTER_NOT_FOUND);
        return parts.directory().cluster(call.token(), clusterId).chain(agent -> {
            seen(call, agent);
            rates.spendClient(clusterId.toString());
            legacy.refuseAfterSunset(call, agent.cluster().features().supportsPolling());
            return then.apply(call, agent).invoke(answer -> answered(call, agent, answer));
        });
    }

    /** A poll answers by itself, when there is something to answer, and tells so then. */
    private void answered(Call call, Presence agent, @Nullable Answer answer) {
        if (answer != null) {
            parts.witness().served(agent, servingOf(call, agent));
        }
    }

    /** The agent is there, over HTTP: that is remembered, and every answer tells it how it is served. */
    private Serving seen(Call call, Presence agent) {
        agent.httpBeat(parts.clock().millis());
        parts.gate().sawHttp(agent.cluster().agentId());
        return tellMode(call, agent);
    }

    private Serving tellMode(Call call, Presence agent) {
        Serving serving = servingOf(call, agent);
        call.tellMode(serving.mode());
        return serving;
    }

    private Serving servingOf(Call call, Presence agent) {
        return parts.gate().servingOf(parts.applicants().of(agent, call.tokenOrNull(), false));
    }

    private Uni<Answer> beat(Call call) {
        return known(call, this::heartbeat).onFailure().invoke(() -> parts.observer()
                .heartbeat(TransportKind.POLLING, false));
    }

    private Uni<Answer> heartbeat(Call call, Presence agent) {
        parts.observer().heartbeat(TransportKind.POLLING, true);
        Instant now = parts.clock().instant();
        return Uni.createFrom()
                .item(Answer.ok(AgentAnswers.heartbeat(agent, servingOf(call, agent), call.origin(), now)));
    }

    private Uni<Answer> poll(Call call, Presence agent) {
        servingOf(call, agent).requirePolling();
        return polls.poll(call, agent);
    }

    private Uni<Answer> tunnelInfo(Call call, Presence agent) {
        return parts.router().queue(agent.clusterId()).map(queue -> {
            boolean connected =
                    parts.sessions().replicas(agent.clusterId()).stream().anyMatch(session -> session.onWebSocket());
            return Answer.ok(AgentAnswers.tunnelInfo(agent, connected, servingOf(call, agent), call.origin()));
        });
    }

    private Uni<Answer> acknowledge(Call call, Presence agent) {
        UUID commandId = call.pathId("id", ProblemCode.COMMAND_NOT_FOUND);
        long now = parts.clock().millis();
        return settle(agent, commandId, queue -> queue.acknowledge(commandId, now) ? 1 : 0);
    }

    private Uni<Answer> finish(Call call, Presence agent) {
        UUID commandId = call.pathId("id", ProblemCode.COMMAND_NOT_FOUND);
        JsonNode body = call.body();
        CommandResult result = ResultReader.read(body);
        long now = parts.clock().millis();
        return settle(agent, commandId, queue -> queue.finish(commandId, result, now) ? 1 : 0);
    }

    /** Settles and answers with the command as it stands in the database, so that 200 means durable. */
    private Uni<Answer> settle(Presence agent, UUID commandId, ToIntFunction<CommandQueue> change) {
        agent.settlesCommands();
        return parts.router()
                .queue(agent.clusterId())
                .map(change::applyAsInt)
                .chain(changed -> journal.durable().replaceWith(changed))
                .chain(changed -> parts.router().find(agent.clusterId(), commandId))
                .map(command -> settled(command));
    }

    private static Answer settled(@Nullable Command command) {
        if (command == null) {
            throw new SluiceException(ProblemCode.COMMAND_NOT_FOUND);
        }
        if (command.status() == CommandStatus.EXPIRED || command.status() == CommandStatus.CANCELLED) {
            throw new SluiceException(
                    ProblemCode.COMMAND_CLOSED,
                    "The command is %s.".formatted(command.status().wire()));
        }
        return Answer.ok(Map.of(
                "success", true,
                "id", command.id().toString(),
                "status", command.status().wire()));
    }
}
