package dev.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.upstream.Upstream.Unanswered;
import dev.sluice.upstream.UpstreamClient.Form;
import dev.sluice.webhook.CloudEventWriter;
import dev.sluice.webhook.WebhookTarget;
import io.smallrye.mutiny.Uni;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The application behind the gateway over real connections: asked, told, slow, failing, absent. */
class UpstreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Caller ANNA = new Caller(new SessionId("secret"), "anna", "anna@x", "native", "websocket");

    private final Vertx vertx = Vertx.vertx();
    private final ListeningApplication application = new ListeningApplication();
    private final MemoryOutboxStore store = new MemoryOutboxStore();
    private final List<NewPublication> published = new CopyOnWriteArrayList<>();
    private final ManualClock clock = new ManualClock();
    private final Counts counts = new Counts();

    @AfterEach
    void close() {
        application.close();
        vertx.close();
    }

    private Upstream upstream(Unanswered onUnanswered, Form form) {
        WebhookTarget target = WebhookTarget.of(application.url(), null, "a secret", Duration.ofSeconds(2));
        CircuitBreakerOptions options = new CircuitBreakerOptions()
                .setMaxFailures(3)
                .setTimeout(-1)
                .setResetTimeout(100)
                .setNotificationAddress(null);
        return new Upstream(
                new Upstream.Ports(
                        new UpstreamClient(vertx, target, form, clock),
                        CircuitBreaker.create("test", vertx, options),
                        new CloudEventWriter(URI.create("https://gateway.example"), clock),
                        broker(),
                        (to, replies) -> Uni.createFrom().voidItem(),
                        clock,
                        counts),
                onUnanswered,
                store,
                new DirectHome(),
                new Outbox.Settings(Duration.ofHours(1), Duration.ofMillis(10), Duration.ofMillis(50), 4, 100));
    }

    private Upstream upstream() {
        return upstream(Unanswered.REJECT, Form.STRUCTURED);
    }

    /** All that is asked of it is to publish. */
    private Broker broker() {
        return (Broker) Proxy.newProxyInstance(
                Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (proxy, method, arguments) -> {
                    for (Object one : (List<?>) arguments[0]) {
                        published.add((NewPublication) one);
                    }
                    return Uni.createFrom().item(List.of());
                });
    }

    @Test
    void asksWhoMayComeAndPublishesWhatIsSaidInReturn() {
        application.says(200, "{\"events\":[{\"channel\":\"lobby\",\"event\":\"came\",\"data\":{\"who\":\"anna\"}}]}");

        get(upstream().connecting(ANNA));

        ListeningApplication.Heard heard = application.heard.get(0);
        assertThat(heard.headers().get("content-type")).startsWith("application/cloudevents+json");
        assertThat(heard.headers()).containsKey("webhook-signature");
        assertThat(heard.json().path("type").asText()).isEqualTo("dev.sluice.client.connected");
        assertThat(heard.json().path("subject").asText()).isEqualTo("anna");
        assertThat(heard.json().path("data").path("sub").asText()).isEqualTo("anna@x");
        assertThat(heard.body()).doesNotContain("secret");
        assertThat(published).singleElement().satisfies(event -> {
            assertThat(event.channel()).isEqualTo(new ChannelName("lobby"));
            assertThat(event.data().asString()).isEqualTo("{\"who\":\"anna\"}");
        });
    }

    @Test
    void anApplicationMayRefuse() {
        application
                .says(200, "{\"accept\":false,\"error\":\"not today\"}")
                .says(403, "{\"error\":\"never\"}")
                .says(403, "")
                .says(401, "<html>");

        for (String why : List.of("not today", "never", "refused", "refused")) {
            fails(ProblemCode.UPSTREAM_REFUSED, why, upstream().connecting(ANNA));
        }
    }

    @Test
    void silenceRejectsOrLetsInAsConfigured() {
        application.says(ListeningApplication.SILENCE, "").says(ListeningApplication.SILENCE, "");

        fails(ProblemCode.UPSTREAM_TIMEOUT, "in time", upstream().connecting(ANNA));
        get(upstream(Unanswered.ACCEPT, Form.STRUCTURED).connecting(ANNA));

        await("the application hears of it later").atMost(PATIENCE).until(() -> application.heard.size() == 3);
    }

    @Test
    void aBrokenAnswerIsNoConsent() {
        String event = "{\"events\":[{\"channel\":\"c\",\"event\":\"e\",%s}]}";
        for (String body : List.of(
                "nonsense",
                "[]",
                "{\"events\":{}}",
                "{\"events\":[{\"event\":\"x\"}]}",
                event.formatted("\"data_base64\":\"!\""),
                event.formatted("\"data_base64\":1234"),
                event.formatted("\"data\":1,\"data_base64\":\"AAAA\""))) {
            application.says(200, body);
            fails(ProblemCode.UPSTREAM_UNAVAILABLE, "reached", upstream().connecting(ANNA));
        }
        assertThat(published).isEmpty();
    }

    @Test
    void aMessageThatAwaitsAnAnswerGetsTheApplications() {
        application.says(200, "{\"ack\":{\"saved\":true}}").says(200, "{\"accept\":false,\"error\":\"too long\"}");

        Payload ack = get(upstream().send(message("r1", "1")));

        assertThat(ack.asString()).isEqualTo("{\"saved\":true}");
        fails(ProblemCode.UPSTREAM_REFUSED, "too long", upstream().send(message("r2", "2")));
        assertThat(application.heard.get(0).json().path("data").path("event").asText())
                .isEqualTo("say");
    }

    @Test
    void otherMessagesAreToldInOrderHoweverOftenItTakes() {
        application.says(500, "").says(503, "").says(200, "{\"events\":[{\"channel\":\"c\",\"event\":\"e\"}]}");
        Upstream upstream = upstream();
        for (int i = 1; i <= 5; i++) {
            assertThat(get(upstream.send(message(null, Integer.toString(i))))).isNull();
        }

        await("everything is told").atMost(PATIENCE).until(() -> {
            clock.advance(Duration.ofMillis(100));
            upstream.outbox().look();
            return store.size() == 0;
        });

        List<String> told = application.heard.stream()
                .map(heard -> heard.json().path("data").path("data").asText())
                .toList();
        assertThat(told).containsExactly("1", "1", "1", "2", "3", "4", "5");
        JsonNode data = application.heard.get(0).json().path("data");
        assertThat(data.path("sub").asText()).isEqualTo("anna@x");
        assertThat(data.path("transport").asText()).isEqualTo("websocket");
        assertThat(application.heard.get(0).json().path("id"))
                .isEqualTo(application.heard.get(2).json().path("id"));
        assertThat(counts.told.get()).isEqualTo(5);
        assertThat(counts.retried.get()).isEqualTo(2);
        assertThat(published).hasSize(1);
    }

    @Test
    void whatIsRefusedForGoodIsNotToldAgain() {
        application.says(400, "");
        Upstream upstream = upstream();
        get(upstream.send(message(null, "bad")));
        get(upstream.send(message(null, "good")));

        await("both are settled").atMost(PATIENCE).until(() -> {
            upstream.outbox().look();
            return store.size() == 0;
        });

        assertThat(counts.gaveUp.get()).isEqualTo(1);
        assertThat(counts.told.get()).isEqualTo(1);
    }

    @Test
    void whatIsTooOldIsGivenUp() {
        application.says(500, "");
        Upstream upstream = upstream();
        get(upstream.send(message(null, "old")));
        await("the first try failed").atMost(PATIENCE).until(() -> counts.retried.get() == 1);

        clock.advance(Duration.ofHours(2));
        application.says(500, "");
        upstream.outbox().look();

        await("it is given up").atMost(PATIENCE).until(() -> store.size() == 0 && counts.gaveUp.get() == 1);
    }

    @Test
    void nobodyIsAskedForAWhileAfterFailures() {
        Upstream upstream = upstream();
        for (int i = 0; i < 3; i++) {
            application.says(500, "");
            fails(ProblemCode.UPSTREAM_UNAVAILABLE, "reached", upstream.connecting(ANNA));
        }

        fails(ProblemCode.UPSTREAM_UNAVAILABLE, "reached", upstream.connecting(ANNA));

        assertThat(application.heard).hasSize(3);
        await("it is asked again").atMost(PATIENCE).until(() -> {
            try {
                get(upstream.connecting(ANNA));
                return true;
            } catch (SluiceException stillOpen) {
                return false;
            }
        });
    }

    @Test
    void binaryModeCarriesAttributesInHeaders() {
        get(upstream(Unanswered.REJECT, Form.BINARY).connecting(ANNA));

        ListeningApplication.Heard heard = application.heard.get(0);
        assertThat(heard.headers().get("ce-type")).isEqualTo("dev.sluice.client.connected");
        assertThat(heard.headers().get("ce-subject")).isEqualTo("anna");
        assertThat(heard.headers().get("content-type")).startsWith("application/json");
        assertThat(heard.json().path("protocol").asText()).isEqualTo("native");
    }

    @Test
    void binaryModeWritesWhatHeadersCannotCarryInPercent() {
        Caller named = new Caller(new SessionId("secret"), "日 \"50%\"", null, "native", "websocket");

        get(upstream(Unanswered.REJECT, Form.BINARY).connecting(named));

        ListeningApplication.Heard heard = application.heard.get(0);
        assertThat(heard.headers().get("ce-subject")).isEqualTo("%E6%97%A5%20%2250%25%22");
        assertThat(heard.headers().get("content-type")).isEqualTo("application/json");
        assertThat(heard.json().path("client_id").asText()).isEqualTo("日 \"50%\"");
    }

    @Test
    void aFarewellIsKeptUntilItIsHeard() {
        Upstream upstream = upstream();
        upstream.disconnected(ANNA, "left");

        await("it is heard").atMost(PATIENCE).until(() -> application.heard.size() == 1);
        assertThat(application.heard.get(0).json().path("type").asText()).isEqualTo("dev.sluice.client.disconnected");
        assertThat(application.heard.get(0).json().path("data").path("reason").asText())
                .isEqualTo("left");
    }

    private static ClientMessage message(String requestId, String data) {
        return new ClientMessage(ANNA, requestId, "say", null, Payload.text("\"" + data + "\""));
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    private static void fails(ProblemCode code, String words, Uni<?> uni) {
        assertThatThrownBy(() -> get(uni)).isInstanceOfSatisfying(SluiceException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.detail()).contains(words);
        });
    }

    static final class Counts implements UpstreamObserver {
        final AtomicInteger told = new AtomicInteger();
        final AtomicInteger retried = new AtomicInteger();
        final AtomicInteger gaveUp = new AtomicInteger();

        @Override
        public void asked() {}

        @Override
        public void unanswered() {}

        @Override
        public void told() {
            told.incrementAndGet();
        }

        @Override
        public void retried() {
            retried.incrementAndGet();
        }

        @Override
        public void gaveUp() {
            gaveUp.incrementAndGet();
        }

        @Override
        public void dropped() {}
    }
}
