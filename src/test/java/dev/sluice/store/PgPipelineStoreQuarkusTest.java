package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.status.Pipeline;
import dev.sluice.status.Pipeline.LastEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgPipelineStoreQuarkusTest {
    private static final int ALL = 10_000;

    @Inject
    PgPipelineStore store;

    private final String id = "p-" + UUID.randomUUID();

    @AfterEach
    void forget() {
        get(store.delete(id));
    }

    private Pipeline reports(String status, Instant at) {
        return new Pipeline(id, "Drive", status, 12.5, "{\"a\": 1.50}", at, null);
    }

    private Pipeline tells(LastEvent event) {
        return new Pipeline(id, id, "running", null, null, null, event);
    }

    private @Nullable Pipeline kept() {
        return get(store.load(ALL)).stream()
                .filter(each -> each.id().equals(id))
                .findAny()
                .orElse(null);
    }

    @Test
    void givesBackWhatItWasGiven() {
        get(store.saveReport(reports("busy", NOON)));

        assertThat(kept()).isEqualTo(reports("busy", NOON));
    }

    @Test
    void reportsAndEventsLeaveEachOtherAlone() {
        LastEvent bare = new LastEvent("file_started", null, null, NOON);
        LastEvent full = new LastEvent("file_progress", "a.pdf", 50.0, NOON.plusSeconds(2));
        get(store.saveEvent(tells(bare)));
        assertThat(kept()).isEqualTo(tells(bare));

        get(store.saveEvent(tells(full)));
        get(store.saveReport(reports("busy", NOON.plusSeconds(1))));

        assertThat(kept())
                .isEqualTo(new Pipeline(id, "Drive", "busy", 12.5, "{\"a\": 1.50}", NOON.plusSeconds(1), full));
    }

    @Test
    void theLaterWordCountsWhicheverIsWrittenFirst() {
        LastEvent late = new LastEvent("file_completed", null, null, NOON.plusSeconds(1));
        get(store.saveReport(reports("done", NOON.plusSeconds(1))));
        get(store.saveReport(reports("busy", NOON)));
        get(store.saveEvent(tells(late)));
        get(store.saveEvent(tells(new LastEvent("file_started", null, null, NOON))));

        assertThat(kept()).isNotNull().satisfies(it -> {
            assertThat(it.status()).isEqualTo("done");
            assertThat(it.lastEvent()).isEqualTo(late);
        });
    }

    @Test
    void loadsThoseThatWereHeardLast() {
        get(store.saveEvent(tells(new LastEvent("e", null, null, NOON.plusSeconds(1_000_000)))));

        assertThat(get(store.load(1))).singleElement().extracting(Pipeline::id).isEqualTo(id);
    }

    @Test
    void forgets() {
        get(store.saveReport(reports("busy", NOON)));
        get(store.delete(id));
        get(store.delete(id));

        assertThat(kept()).isNull();
    }
}
