package dev.sluice.edge.command;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.edge.agent.AgentDirectory;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.fleet.Presence;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/clusters/{cluster_id}/commands}: orders to agents, accepted with 202 once they are durable. */
public final class CommandRoutes implements Endpoints {
    private static final String COMMANDS = "/api/v1/clusters/{cluster_id}/commands";
    private static final int MAX_PAGE = 500;

    private final AgentDirectory directory;
    private final CommandRouter router;
    private final CommandJournal journal;
    private final InstantSource clock;
    private final Duration defaultTtl;
    private final int maxPayload;

    public CommandRoutes(
            AgentDirectory directory,
            CommandRouter router,
            CommandJournal journal,
            InstantSource clock,
            Duration defaultTtl,
            int maxPayload) {
        this.directory = directory;
        this.router = router;
        this.journal = journal;
        this.clock = clock;
        this.defaultTtl = defaultTtl;
        this.maxPayload = maxPayload;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(COMMANDS, Access.OPERATOR, this::accept),
                Endpoint.get(COMMANDS, Access.OPERATOR, this::list),
                Endpoint.get(COMMANDS + "/{id}", Access.OPERATOR, this::find),
                Endpoint.delete(COMMANDS + "/{id}", Access.OPERATOR, this::cancel));
    }

    private Uni<Presence> cluster(Call call) {
        return directory.cluster(call.token(), call.pathId("cluster_id", ProblemCode.CLUSTER_NOT_FOUND));
    }

    private Uni<Answer> accept(Call call) {
        CommandBody body = CommandBody.read(call.body(), defaultTtl, maxPayload);
        UUID tokenId = call.token().id();
        return cluster(call)
                .chain(cluster -> router.accept(body.command(cluster.clusterId(), tokenId, clock.instant())))
                .map(accepted -> {
                    Command command = accepted.command();
                    Map<String, Object> answer = new LinkedHashMap<>();
                    answer.put("id", command.id());
                    answer.put("status", command.status().wire());
                    answer.put("created_at", command.createdAt());
                    answer.put("expires_at", command.expiresAt());
                    return Answer.of(202, answer);
                });
    }

    private Uni<Answer> list(Call call) {
        CommandStatus status = status(call.query("status"));
        int limit = call.query("limit", 100, 1, MAX_PAGE);
        int after = call.query("after", 0, 0, Integer.MAX_VALUE);
        return cluster(call)
                .chain(cluster -> router.list(cluster.clusterId(), status, after, limit))
                .map(commands -> page(commands, limit));
    }

    private static @Nullable CommandStatus status(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return CommandStatus.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw SluiceException.invalid(
                    "status", "one of queued, delivered, acknowledged, succeeded, failed, expired, cancelled");
        }
    }

    private static Answer page(List<Command> commands, int limit) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("commands", commands.stream().map(CommandDocument::of).toList());
        if (commands.size() == limit) {
            answer.put("next", commands.get(limit - 1).number());
        }
        return Answer.ok(answer);
    }

    private Uni<Answer> find(Call call) {
        return cluster(call)
                .chain(cluster -> found(call, cluster))
                .map(CommandDocument::of)
                .map(Answer::ok);
    }

    private Uni<Command> found(Call call, Presence cluster) {
        UUID id = call.pathId("id", ProblemCode.COMMAND_NOT_FOUND);
        return router.find(cluster.clusterId(), id).map(command -> {
            if (command == null) {
                throw new SluiceException(ProblemCode.COMMAND_NOT_FOUND);
            }
            return command;
        });
    }

    /** Cancels a queued command. One that an agent may have is not taken back. */
    private Uni<Answer> cancel(Call call) {
        return cluster(call).chain(cluster -> found(call, cluster).chain(command -> router.queue(cluster.clusterId())
                .map(queue -> queue.cancel(command.id(), clock.millis()))
                .chain(cancelled -> journal.durable().replaceWith(cancelled))
                .chain(cancelled -> found(call, cluster))
                .map(now -> cancelled(now))));
    }

    private static Answer cancelled(Command command) {
        if (command.status() != CommandStatus.CANCELLED) {
            throw new SluiceException(
                    ProblemCode.COMMAND_CLOSED,
                    "The command is %s and cannot be cancelled."
                            .formatted(command.status().wire()));
        }
        return Answer.ok(CommandDocument.of(command));
    }
}
