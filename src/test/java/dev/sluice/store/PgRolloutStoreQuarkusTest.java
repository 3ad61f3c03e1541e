package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Mode;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.SavedPlan;
import dev.sluice.rollout.control.SavedRollout;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Percentage;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgRolloutStoreQuarkusTest {
    @Inject
    PgRolloutStore rollout;

    /** A gateway that is started on this database later must not find itself rolled back. */
    @AfterEach
    void forget() {
        get(rollout.save(SavedRollout.EMPTY, List.of()));
    }

    @Test
    void keepsTheLatestWordAndTheOverridesThatAreLeft() {
        ClientOverride a = new ClientOverride("a", Mode.POLLING, "broken proxy", "token:ops", NOON);
        ClientOverride b = new ClientOverride("label:environment=staging", Mode.WEBSOCKET, null, "token:ops", NOON);
        get(rollout.save(new SavedRollout(Percentage.parse("37.5"), true, null, 1, List.of(a, b)), List.of()));
        ClientOverride changed = new ClientOverride("a", Mode.WEBSOCKET, null, "token:ops", NOON.plusSeconds(1));
        SavedPlan plan = new SavedPlan("rolled-back", 2, 90_000, NOON, List.of("connection-success", "error-rate"));
        SavedRollout latest = new SavedRollout(null, null, false, 2, List.of(changed), Percentage.parse("12.5"), plan);

        get(rollout.save(latest, List.of()));

        assertThat(get(rollout.load())).isEqualTo(latest);
    }

    @Test
    void theRecordIsReadNewestFirstInPages() {
        get(rollout.save(
                SavedRollout.EMPTY,
                List.of(
                        new AuditEntry(0, NOON, "token:ops", "target", "10", "20", "going up", null),
                        new AuditEntry(0, NOON, "guard", "ceiling", "100", "0", null, "{\"rate\":0.8}"))));

        List<AuditEntry> newest = get(rollout.history(Long.MAX_VALUE, 1));
        List<AuditEntry> next = get(rollout.history(newest.get(0).id(), 1));

        assertThat(newest).singleElement().satisfies(entry -> {
            assertThat(entry.who()).isEqualTo("guard");
            assertThat(entry.figures()).isEqualTo("{\"rate\":0.8}");
        });
        assertThat(next).singleElement().satisfies(entry -> {
            assertThat(entry.why()).isEqualTo("going up");
            assertThat(entry.at()).isEqualTo(NOON);
        });
    }
}
