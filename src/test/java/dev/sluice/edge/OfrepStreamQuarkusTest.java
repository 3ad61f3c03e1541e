package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.edge.ofrep.EventStreams;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.EventSource;
import dev.sluice.testkit.Gateway;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stream that tells OpenFeature providers when to evaluate again. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class OfrepStreamQuarkusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String REFETCH = "{\"type\":\"refetchEvaluation\"}";

    @Inject
    Gateway gateway;

    @Inject
    EventStreams streams;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private EventSource open(String lastEventId) {
        return EventSource.open(gateway.uri().resolve("/ofrep/v1/events"), lastEventId);
    }

    private String revision() {
        return gateway.admin().get("/api/v1/rollout").json(200).path("revision").asText();
    }

    @Test
    void everyChangeOfTheRolloutIsToldWithItsRevision() {
        gateway.percentage("10");
        try (EventSource events = open(revision())) {
            assertThat(events.header("Content-Type")).startsWith("text/event-stream");

            gateway.percentage("20");
            String after = revision();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(events.last())
                    .isEqualTo(new EventSource.Event(after, "message", REFETCH)));
        }
    }

    @Test
    void whoComesBackAfterAChangeIsToldAndWhoMissedNothingIsNot() {
        gateway.percentage("10");
        String before = revision();
        gateway.percentage("20");
        String now = revision();

        try (EventSource missed = open(before);
                EventSource upToDate = open(now)) {
            await().atMost(PATIENCE).until(() -> missed.last() != null);

            assertThat(missed.last().id()).isEqualTo(now);
            await().atMost(PATIENCE).until(() -> upToDate.comments() > 1);
            assertThat(upToDate.last()).isNull();
            assertThat(upToDate.lastEventId()).isEqualTo(now);
        }
    }

    @Test
    void aChangeBetweenTheAnswerAndTheStreamIsNotLost() {
        gateway.percentage("10");

        try (EventSource events = open(null)) {
            await().atMost(PATIENCE).until(() -> events.last() != null);

            assertThat(events.last().data()).isEqualTo(REFETCH);
        }
    }

    @Test
    void aStreamThatIsClosedIsForgotten() {
        int before = streams.size();
        EventSource events = open(null);
        await().atMost(PATIENCE).until(() -> streams.size() == before + 1);

        events.close();

        await().atMost(PATIENCE).until(() -> streams.size() == before);
    }

    @Test
    void aQuietStreamIsKeptAlive() {
        try (EventSource events = open(revision())) {
            await().atMost(PATIENCE).until(() -> events.comments() >= 2);
        }
    }
}
