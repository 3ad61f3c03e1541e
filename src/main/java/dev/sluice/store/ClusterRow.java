package dev.sluice.store;

import dev.sluice.fleet.AgentFeatures;
import dev.sluice.fleet.Cluster;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Read as an entity, written by statements: registration and beats are upserts and batches. */
@Entity
@Table(name = "cluster")
class ClusterRow {
    @Id
    UUID id;

    @Column(name = "workspace_id")
    int workspaceId;

    @Column(name = "agent_id", columnDefinition = "text")
    String agentId;

    @Column(columnDefinition = "text")
    String name;

    @Column(name = "supports_switch")
    boolean supportsSwitch;

    @Column(name = "supports_polling")
    boolean supportsPolling;

    @Column(name = "refuses_polling")
    boolean refusesPolling;

    @Column(columnDefinition = "text")
    String labels;

    @Column(name = "registered_at")
    Instant registeredAt;

    @Column(name = "last_seen_at")
    @Nullable
    Instant lastSeenAt;

    @Column(name = "last_http_at")
    @Nullable
    Instant lastHttpAt;

    @Column(name = "settles_commands")
    boolean settlesCommands;

    Cluster toCluster() {
        return new Cluster(
                id,
                workspaceId,
                agentId,
                name,
                new AgentFeatures(supportsSwitch, supportsPolling, refusesPolling),
                Json.map(labels),
                registeredAt,
                lastSeenAt,
                lastHttpAt,
                settlesCommands);
    }
}
