package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.assertFailsWith;
import static dev.sluice.store.StoreTest.get;
import static dev.sluice.store.StoreTest.registration;
import static dev.sluice.store.StoreTest.workspace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ProblemCode;
import dev.sluice.fleet.AgentFeatures;
import dev.sluice.fleet.Beat;
import dev.sluice.fleet.Cluster;
import dev.sluice.fleet.Registration;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgClusterStoreQuarkusTest {
    @Inject
    PgClusterStore clusters;

    @Test
    void theSameAgentKeepsItsIdAndTakesTheLatestWord() {
        int workspace = workspace();
        UUID first = UUID.randomUUID();
        get(clusters.register(registration(workspace, "a", "old"), first, NOON));

        Cluster again = get(clusters.register(
                new Registration(
                        workspace,
                        "a",
                        "new",
                        new AgentFeatures(true, true, false),
                        Map.of("environment", "staging"),
                        "{\"x\":1}"),
                UUID.randomUUID(),
                NOON.plusSeconds(5)));

        assertThat(again.id()).isEqualTo(first);
        assertThat(again.registeredAt()).isEqualTo(NOON);
        assertThat(again.name()).isEqualTo("new");
        assertThat(again.labels()).containsEntry("environment", "staging");
        assertThat(again.features().supportsSwitch()).isTrue();
        assertThat(get(clusters.find(first))).isEqualTo(again);
        assertThat(get(clusters.findByAgent(workspace, "a"))).isEqualTo(again);
        assertThat(get(clusters.findByAgent(workspace, "b"))).isNull();
    }

    @Test
    void aNameIsHeldByOneAgentOfAWorkspace() {
        int workspace = workspace();
        get(clusters.register(registration(workspace, "a", "name"), UUID.randomUUID(), NOON));

        assertFailsWith(
                ProblemCode.NAME_TAKEN,
                clusters.register(registration(workspace, "b", "name"), UUID.randomUUID(), NOON));
        assertThat(get(clusters.register(registration(workspace(), "b", "name"), UUID.randomUUID(), NOON)))
                .isNotNull();
    }

    @Test
    void firstRegistrationsOfOneAgentAtTheSameMomentGiveOneId() {
        for (int round = 0; round < 10; round++) {
            int workspace = workspace();

            List<Cluster> all = get(Uni.join()
                    .all(IntStream.range(0, 8)
                            .mapToObj(i ->
                                    clusters.register(registration(workspace, "a", "name"), UUID.randomUUID(), NOON))
                            .toList())
                    .andFailFast());

            assertThat(all).extracting(Cluster::id).containsOnly(all.get(0).id());
        }
    }

    @Test
    void beatsNeverGoBackwardsAndSkipTheUnknown() {
        UUID id = StoreTest.cluster(clusters);

        get(clusters.saveBeats(List.of(
                new Beat(id, NOON.plusSeconds(10), NOON.plusSeconds(10), true),
                new Beat(id, NOON.plusSeconds(20), null, false),
                new Beat(UUID.randomUUID(), NOON, NOON, false))));
        get(clusters.saveBeats(List.of(new Beat(id, NOON, null, false))));
        get(clusters.saveBeats(List.of()));

        Cluster cluster = get(clusters.find(id));
        assertThat(cluster.lastSeenAt()).isEqualTo(NOON.plusSeconds(20));
        assertThat(cluster.lastHttpAt()).isEqualTo(NOON.plusSeconds(10));
        assertThat(cluster.settlesCommands()).isTrue();
    }

    @Test
    void listsByNameAndLoadsTheMostRecentlySeenFirst() {
        int workspace = workspace();
        UUID b = get(clusters.register(registration(workspace, "1", "b"), UUID.randomUUID(), NOON))
                .id();
        UUID a = get(clusters.register(registration(workspace, "2", "a"), UUID.randomUUID(), NOON))
                .id();
        get(clusters.saveBeats(List.of(new Beat(b, NOON.plusSeconds(2_000_000), null, false))));

        assertThat(get(clusters.list(workspace, 10, 0))).extracting(Cluster::id).containsExactly(a, b);
        assertThat(get(clusters.list(workspace, 1, 1))).extracting(Cluster::id).containsExactly(b);
        assertThat(get(clusters.list(null, 1000, 0))).extracting(Cluster::id).contains(a, b);
        assertThat(get(clusters.load(1))).extracting(Cluster::id).containsExactly(b);
    }
}
