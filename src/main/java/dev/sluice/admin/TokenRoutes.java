package dev.sluice.admin;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.fleet.Fleet;
import dev.sluice.identity.NewToken;
import dev.sluice.identity.TokenBook;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jboss.logging.Logger;

/** {@code /api/v1/admin/tokens}: issued, listed and revoked. A secret is shown once, when it is issued. */
public final class TokenRoutes implements Endpoints {
    private static final Logger LOG = Logger.getLogger(TokenRoutes.class);
    private static final String TOKENS = "/api/v1/admin/tokens";
    private static final int MAX_PAGE = 500;

    private final TokenBook tokens;
    private final Fleet fleet;

    public TokenRoutes(TokenBook tokens, Fleet fleet) {
        this.tokens = tokens;
        this.fleet = fleet;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(TOKENS, Access.ADMIN, this::create),
                Endpoint.get(TOKENS, Access.ADMIN, this::list),
                Endpoint.delete(TOKENS + "/{id}", Access.ADMIN, this::revoke));
    }

    private Uni<Answer> create(Call call) {
        NewToken asked = TokenRequest.read(Fields.object(call));
        boolean namesWorkspace = Fields.optional(call.body(), "workspace_id") != null;
        return placed(asked, namesWorkspace).chain(tokens::create).map(issued -> {
            LOG.infof(
                    "token issued [token: %s, kind: %s, by: %s]",
                    issued.token().id(),
                    issued.token().kind().wire(),
                    call.token().id());
            return Answer.of(201, TokenDocument.issued(issued)).with("Cache-Control", "no-store");
        });
    }

    /** A token for one cluster lives in that cluster's workspace; anywhere else it could touch nothing. */
    private Uni<NewToken> placed(NewToken asked, boolean namesWorkspace) {
        UUID clusterId = asked.clusterId();
        if (clusterId == null) {
            return Uni.createFrom().item(asked);
        }
        return fleet.find(clusterId).map(cluster -> {
            if (cluster == null) {
                throw SluiceException.invalid("cluster_id", "the id of a registered cluster");
            }
            Integer workspace = cluster.cluster().workspaceId();
            if (namesWorkspace && !Objects.equals(asked.workspaceId(), workspace)) {
                throw SluiceException.invalid("workspace_id", "%d, where that cluster is".formatted(workspace));
            }
            return new NewToken(asked.kind(), asked.name(), workspace, clusterId, asked.scopes(), asked.expiresAt());
        });
    }

    private Uni<Answer> list(Call call) {
        int limit = call.query("limit", 100, 1, MAX_PAGE);
        int offset = call.query("offset", 0, 0, Integer.MAX_VALUE - MAX_PAGE);
        return tokens.list(limit, offset).map(page -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("tokens", page.stream().map(TokenDocument::listed).toList());
            if (page.size() == limit) {
                answer.put("next", offset + limit);
            }
            return Answer.ok(answer);
        });
    }

    private Uni<Answer> revoke(Call call) {
        UUID id = call.pathId("id", ProblemCode.NOT_FOUND);
        return tokens.revoke(id).map(done -> {
            if (!done) {
                throw new SluiceException(
                        ProblemCode.NOT_FOUND, "There is no token with this id that could still be revoked.");
            }
            LOG.infof("token revoked [token: %s, by: %s]", id, call.token().id());
            return Answer.noContent();
        });
    }
}
