package dev.sluice.edge.command;

import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.fleet.Cluster;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/clusters}: the clusters of the caller's workspace, of all of them for an admin. */
public final class ClusterRoutes implements Endpoints {
    private static final int MAX_PAGE = 500;

    private final Fleet fleet;

    public ClusterRoutes(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/api/v1/clusters", Access.OPERATOR, this::list));
    }

    private Uni<Answer> list(Call call) {
        int limit = call.query("limit", 100, 1, MAX_PAGE);
        int offset = call.query("offset", 0, 0, Integer.MAX_VALUE);
        return fleet.list(call.token().workspaceId(), limit, offset).map(clusters -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("clusters", clusters.stream().map(this::document).toList());
            if (clusters.size() == limit) {
                answer.put("next", offset + limit);
            }
            return Answer.ok(answer);
        });
    }

    private Map<String, Object> document(Cluster cluster) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", cluster.id());
        document.put("uuid", cluster.id());
        document.put("name", cluster.name());
        document.put("status", "registered");
        document.put("agent_id", cluster.agentId());
        document.put("workspace_id", cluster.workspaceId());
        document.put("labels", cluster.labels());
        document.put("registered_at", cluster.registeredAt());
        document.put("last_seen_at", lastSeen(cluster));
        return document;
    }

    /** What this node heard is newer than what was written. */
    private @Nullable Instant lastSeen(Cluster cluster) {
        Presence known = fleet.known(cluster.id());
        return known == null || known.lastSeen() == 0 ? cluster.lastSeenAt() : Instant.ofEpochMilli(known.lastSeen());
    }
}
