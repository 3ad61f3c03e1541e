package dev.sluice.edge.ofrep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.SluiceException;
import dev.sluice.testkit.EventSource;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams over real connections, with a clock of their own and without the rest of the gateway. */
class EventStreamsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final List<EventSource> opened = new ArrayList<>();
    private volatile Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;

    @AfterEach
    void close() {
        opened.forEach(EventSource::close);
        vertx.close();
    }

    private EventStreams streams(int most, int perAddress, Duration spread) {
        EventStreams streams =
                new EventStreams(new StreamLimits(most, perAddress, spread, Duration.ofMillis(50)), clock);
        streams.begin(5);
        return streams;
    }

    /** Serves the streams; a refusal is answered with its status. */
    private URI serve(EventStreams streams) throws Exception {
        Router router = Router.router(vertx);
        router.get("/events").handler(routing -> {
            try {
                streams.open(routing, routing.request().remoteAddress().hostAddress());
            } catch (SluiceException refused) {
                routing.response().setStatusCode(refused.code().status()).end();
            }
        });
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        return URI.create("http://localhost:" + server.actualPort() + "/events");
    }

    private EventSource open(URI uri, String lastEventId) {
        EventSource source = EventSource.open(uri, lastEventId);
        opened.add(source);
        return source;
    }

    private static void awaitComments(EventSource source, int more) {
        int before = source.comments();
        await().atMost(PATIENCE).until(() -> source.comments() >= before + more);
    }

    @Test
    void changesWithinTheSpreadAreToldAsOne() throws Exception {
        EventStreams streams = streams(10, 10, Duration.ofMillis(300));
        EventSource source = open(serve(streams), null);
        await().atMost(PATIENCE).until(() -> source.lastEventId().equals("5"));

        for (int revision = 6; revision <= 40; revision++) {
            streams.changed(revision);
        }

        await().atMost(PATIENCE)
                .until(() -> source.last() != null && source.last().id().equals("40"));
        assertThat(source.dispatched()).isLessThanOrEqualTo(2);
    }

    @Test
    void everybodyHearsAtAMomentOfTheirOwn() throws Exception {
        EventStreams streams = streams(100, 100, Duration.ofSeconds(2));
        URI uri = serve(streams);
        for (int i = 0; i < 20; i++) {
            open(uri, "5");
        }
        await().atMost(PATIENCE).until(() -> streams.size() == 20);

        streams.changed(6);

        // Not all of twenty at once: some heard while others did not yet.
        await().atMost(PATIENCE).until(() -> told() > 0 && told() < 20);
        await().atMost(PATIENCE).until(() -> told() == 20);
    }

    private long told() {
        return opened.stream().filter(source -> source.last() != null).count();
    }

    @Test
    void whoNamesNothingIsToldOfARecentChangeAlone() throws Exception {
        EventStreams streams = streams(10, 10, Duration.ofMillis(1));
        URI uri = serve(streams);
        streams.changed(6);

        EventSource early = open(uri, null);
        await().atMost(PATIENCE).until(() -> early.last() != null);
        now = now.plus(Duration.ofMinutes(2));
        EventSource late = open(uri, null);
        awaitComments(late, 2);

        assertThat(late.last()).isNull();
        assertThat(late.lastEventId()).isEqualTo("6");
    }

    @Test
    void aNodeThatGoesDownEndsItsStreamsAndTakesNoMore() throws Exception {
        EventStreams streams = streams(10, 10, Duration.ofMillis(1));
        URI uri = serve(streams);
        EventSource source = open(uri, null);
        await().atMost(PATIENCE).until(() -> streams.size() == 1);

        streams.shutDown();

        await().atMost(PATIENCE).until(source::ended);
        assertThat(streams.size()).isZero();
        assertThat(streams.full()).isTrue();
        Assertions.assertThatThrownBy(() -> open(uri, null)).hasMessageContaining("status=503");
    }

    @Test
    void thereIsRoomForSoManyAndForSoManyOfOneAddress() throws Exception {
        for (EventStreams bounded :
                List.of(streams(2, 10, Duration.ofMillis(1)), streams(10, 2, Duration.ofMillis(1)))) {
            URI uri = serve(bounded);
            EventSource first = open(uri, null);
            open(uri, null);
            await().atMost(PATIENCE).until(() -> bounded.size() == 2);

            Assertions.assertThatThrownBy(() -> open(uri, null)).hasMessageContaining("status=429");

            first.close();
            await().atMost(PATIENCE).until(() -> bounded.size() == 1);
            open(uri, null);
        }
    }
}
