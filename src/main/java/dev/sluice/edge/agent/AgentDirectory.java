package dev.sluice.edge.agent;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import dev.sluice.protocol.agent.RegisterRequest;
import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Which agent may touch which cluster: its token's workspace, and only its own cluster where the token is bound. */
public final class AgentDirectory {
    private static final String REGISTER_SCOPE = "cluster:register";

    /** Where tokens of all workspaces (admin) register what they register. */
    private static final int DEFAULT_WORKSPACE = 1;

    private final Fleet fleet;

    public AgentDirectory(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Registers on behalf of a token. Fails with {@code forbidden}, {@code name-taken}, {@code store-unavailable}. */
    public Uni<Presence> register(Token token, RegisterRequest request) {
        if (!token.scopes().isEmpty() && !token.scopes().contains(REGISTER_SCOPE)) {
            return Uni.createFrom()
                    .failure(new SluiceException(
                            ProblemCode.FORBIDDEN, "This token lacks the scope %s.".formatted(REGISTER_SCOPE)));
        }
        Uni<Presence> registered = fleet.register(request.inWorkspace(workspaceOf(token)));
        UUID bound = token.clusterId();
        if (bound == null) {
            return registered;
        }
        return fleet.find(bound).chain(own -> {
            boolean itsOwn = own != null && own.cluster().agentId().equals(request.agentId());
            return itsOwn ? registered : Uni.createFrom().failure(new SluiceException(ProblemCode.FORBIDDEN));
        });
    }

    /** A cluster that the token may touch. Fails with {@code cluster-not-found}, {@code forbidden}. */
    public Uni<Presence> cluster(Token token, UUID clusterId) {
        Presence known = fleet.known(clusterId);
        if (known != null) {
            return mayTouch(token, known)
                    ? Uni.createFrom().item(known)
                    : Uni.createFrom().failure(new SluiceException(ProblemCode.FORBIDDEN));
        }
        return fleet.find(clusterId).map(found -> {
            if (found == null) {
                throw new SluiceException(ProblemCode.CLUSTER_NOT_FOUND);
            }
            if (!mayTouch(token, found)) {
                throw new SluiceException(ProblemCode.FORBIDDEN);
            }
            return found;
        });
    }

    /** Whether the cluster is within the token's reach. */
    boolean mayTouch(Token token, Presence cluster) {
        if (token.kind() == TokenKind.ADMIN) {
            return true;
        }
        return token.coversWorkspace(cluster.cluster().workspaceId())
                && (token.clusterId() == null || token.clusterId().equals(cluster.clusterId()));
    }

    static int workspaceOf(Token token) {
        Integer workspace = token.workspaceId();
        return workspace == null ? DEFAULT_WORKSPACE : workspace;
    }
}
