package dev.sluice.store;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.fleet.AgentFeatures;
import dev.sluice.fleet.Registration;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.Assertions;

/** What the component tests of the stores share: waiting, fresh ids, a time to start from. */
final class StoreTest {
    static final Instant NOON = Instant.parse("2126-11-20T12:00:00.123456Z");

    private StoreTest() {}

    static <T> T get(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    static void assertFailsWith(ProblemCode code, Uni<?> uni) {
        Assertions.assertThatThrownBy(() -> get(uni))
                .isInstanceOfSatisfying(SluiceException.class, e -> Assertions.assertThat(e.code())
                        .isEqualTo(code));
    }

    static int workspace() {
        return ThreadLocalRandom.current().nextInt(1_000, Integer.MAX_VALUE);
    }

    static Registration registration(int workspace, String agent, String name) {
        return new Registration(workspace, agent, name, AgentFeatures.NONE, Map.of(), "{}");
    }

    static UUID cluster(PgClusterStore clusters) {
        UUID id = UUID.randomUUID();
        return get(clusters.register(registration(workspace(), "agent-" + id, "name-" + id), id, NOON))
                .id();
    }
}
