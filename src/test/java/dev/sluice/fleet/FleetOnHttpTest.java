package dev.sluice.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FleetOnHttpTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private long now = 100_000;
    private final Fleet fleet = new Fleet(new Rows(), () -> Instant.ofEpochMilli(now));

    @Test
    void countsWhoWasHeardThereLastAndLately() {
        Presence polling = register("polling");
        Presence onSocket = register("socket");
        Presence gone = register("gone");
        register("silent");

        gone.httpBeat(now);
        now += 31_000;
        polling.httpBeat(now);
        onSocket.httpBeat(now);
        now += 10;
        onSocket.beat(now);

        assertThat(fleet.countOnHttp(WITHIN)).isEqualTo(1);
    }

    private Presence register(String agent) {
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
