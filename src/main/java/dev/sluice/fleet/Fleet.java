package dev.sluice.fleet;

import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The clusters this node knows. Beats stay in memory and reach the database in batches; a registration that says
 * nothing new does not reach it at all, so that agents can come back while it is away. Safe on any thread.
 */
public final class Fleet {
    private final ClusterStore store;
    private final InstantSource clock;
    private final Map<UUID, Presence> byId = new ConcurrentHashMap<>();
    private final Map<AgentKey, Presence> byAgent = new ConcurrentHashMap<>();
    /** Whoever was met last under that agent id, in whichever workspace: for explaining decisions only. */
    private final Map<String, Presence> byBareAgentId = new ConcurrentHashMap<>();

    public Fleet(ClusterStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Loads the clusters seen last, so that a restart does not ask the database for each agent that comes back. */
    public Uni<Void> warm(int limit) {
        return store.load(limit).invoke(all -> all.forEach(this::keep)).replaceWithVoid();
    }

    /**
     * Registers an agent. The same {@code (workspace, agent_id)} keeps its id for good.
     *
     * @throws dev.sluice.core.SluiceException (as failure) {@code name-taken}, {@code store-unavailable}
     */
    public Uni<Presence> register(Registration registration) {
        AgentKey key = new AgentKey(registration.workspaceId(), registration.agentId());
        Presence known = byAgent.get(key);
        if (known != null && saysNothingNew(known, registration)) {
            return Uni.createFrom().item(known);
        }
        return store.register(registration, UUID.randomUUID(), clock.instant()).map(cluster -> {
            Presence presence = keep(cluster);
            presence.details = digest(registration.details());
            return presence;
        });
    }

    private static boolean saysNothingNew(Presence known, Registration now) {
        Cluster before = known.cluster();
        return before.name().equals(now.name())
                && before.features().equals(now.features())
                && before.labels().equals(now.labels())
                && digest(now.details()).equals(known.details);
    }

    private static UUID digest(String details) {
        return UUID.nameUUIDFromBytes(details.getBytes(StandardCharsets.UTF_8));
    }

    /** The cluster with that id, from memory or the database; null where there is none. */
    public Uni<@Nullable Presence> find(UUID clusterId) {
        Presence known = byId.get(clusterId);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return store.find(clusterId).map(found -> found == null ? null : keep(found));
    }

    /** The cluster with that id if this node has met it. */
    public @Nullable Presence known(UUID clusterId) {
        return byId.get(clusterId);
    }

    /** The agent's cluster if this node has met it. */
    public @Nullable Presence known(int workspaceId, String agentId) {
        return byAgent.get(new AgentKey(workspaceId, agentId));
    }

    /** An agent of that id in any workspace: the rollout decides on the bare id. */
    public @Nullable Presence knownAnywhere(String agentId) {
        return byBareAgentId.get(agentId);
    }

    /** The agent's cluster, from memory or the database; null where it never registered. */
    public Uni<@Nullable Presence> findByAgent(int workspaceId, String agentId) {
        Presence known = known(workspaceId, agentId);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return store.findByAgent(workspaceId, agentId).map(found -> found == null ? null : keep(found));
    }

    public Uni<List<Cluster>> list(@Nullable Integer workspaceId, int limit, int offset) {
        return store.list(workspaceId, limit, offset);
    }

    private Presence keep(Cluster cluster) {
        Presence presence = byId.compute(cluster.id(), (id, known) -> {
            if (known == null) {
                return new Presence(cluster);
            }
            known.registered(cluster);
            return known;
        });
        byAgent.put(new AgentKey(cluster.workspaceId(), cluster.agentId()), presence);
        byBareAgentId.put(cluster.agentId(), presence);
        return presence;
    }

    /** Writes what was heard since the last time. Beats that could not be written are written with the next ones. */
    public Uni<Void> saveBeats() {
        List<Presence> taken = new ArrayList<>();
        List<Beat> beats = new ArrayList<>();
        for (Presence presence : byId.values()) {
            if (presence.unsaved) {
                presence.unsaved = false;
                taken.add(presence);
                beats.add(beatOf(presence));
            }
        }
        if (beats.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return store.saveBeats(beats).onFailure().invoke(() -> taken.forEach(presence -> presence.unsaved = true));
    }

    private static Beat beatOf(Presence presence) {
        long http = presence.lastHttp();
        return new Beat(
                presence.clusterId(),
                Instant.ofEpochMilli(presence.lastSeen()),
                http == 0 ? null : Instant.ofEpochMilli(http),
                presence.everSettled());
    }

    /**
     * Whether an agent was seen on the HTTP endpoints lately, which is what tells that it can be served there.
     *
     * @param within three poll intervals, at least 5 minutes
     */
    public boolean seenOnHttp(Presence presence, Duration within) {
        return presence.lastHttp() > 0 && clock.millis() - presence.lastHttp() <= within.toMillis();
    }

    /**
     * Agents that live on the HTTP endpoints: heard from there within that time, and not over a WebSocket since. Walks
     * all of them; for a scrape, not for a request.
     */
    public int countOnHttp(Duration within) {
        return (int) onHttp(within).count();
    }

    /** The same agents, found as the stream is walked; who comes or goes meanwhile may be missed. */
    public Stream<Presence> onHttp(Duration within) {
        long since = clock.millis() - within.toMillis();
        return byId.values().stream().filter(agent -> agent.livesOnHttp(since));
    }

    /** Clusters in memory. */
    public int size() {
        return byId.size();
    }
}
