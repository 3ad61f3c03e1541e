package dev.sluice.fleet;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Clusters as this node has met them, without a store behind them. */
public final class Presences {
    private Presences() {}

    public static Presence of(Cluster cluster) {
        return new Presence(cluster);
    }

    public static Fleet fleet(InstantSource clock) {
        return new Fleet(new Rows(), clock);
    }

    public static Presence register(Fleet fleet, String agent) {
        return fleet.register(new Registration(1, agent, agent, AgentFeatures.NONE, Map.of(), "{}"))
                .await()
                .indefinitely();
    }

    /** Keeps nothing. */
    private static final class Rows implements ClusterStore {
        @Override
        public Uni<List<Cluster>> load(int limit) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<Cluster> find(UUID id) {
            return Uni.createFrom().nullItem();
        }

        @Override
        public Uni<Cluster> findByAgent(int workspaceId, String agentId) {
            return Uni.createFrom().nullItem();
        }

        @Override
        public Uni<Cluster> register(Registration said, UUID id, Instant at) {
            return Uni.createFrom()
                    .item(new Cluster(
                            id, 1, said.agentId(), said.name(), said.features(), Map.of(), at, null, null, false));
        }

        @Override
        public Uni<Void> saveBeats(Collection<Beat> beats) {
            return Uni.createFrom().voidItem();
        }

        @Override
        public Uni<List<Cluster>> list(Integer workspaceId, int limit, int offset) {
            return Uni.createFrom().item(List.of());
        }
    }
}
