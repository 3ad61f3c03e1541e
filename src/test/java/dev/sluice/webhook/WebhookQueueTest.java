package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.Json;
import io.cloudevents.CloudEvent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notifications over real connections: slow, failing, absent receivers. */
class WebhookQueueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final Vertx vertx = Vertx.vertx();
    private final Receiver receiver = new Receiver();
    private final Counts counts = new Counts();
    private final CloudEventWriter events = new CloudEventWriter(URI.create("https://gateway.example"), CLOCK);

    private static final class Counts implements WebhookObserver {
        final AtomicInteger delivered = new AtomicInteger();
        final AtomicInteger retried = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger dropped = new AtomicInteger();

        @Override
        public void delivered() {
            delivered.incrementAndGet();
        }

        @Override
        public void retried() {
            retried.incrementAndGet();
        }

        @Override
        public void failed() {
            failed.incrementAndGet();
        }

        @Override
        public void dropped() {
            dropped.incrementAndGet();
        }
    }

    @AfterEach
    void close() {
        receiver.close();
        vertx.close();
    }

    private WebhookQueue queue(WebhookTarget target, int attempts, int maxWaiting) {
        RetryPolicy policy = new RetryPolicy(attempts, Duration.ofMillis(10), Duration.ofMillis(40));
        WebhookClient client = new WebhookClient(vertx, CLOCK);
        return new WebhookQueue(vertx.getOrCreateContext(), client, target, policy, maxWaiting, counts);
    }

    private WebhookQueue queue(String url, int attempts) {
        return queue(WebhookTarget.of(url, null, null, TIMEOUT), attempts, 100);
    }

    private CloudEvent event(String type) {
        return events.event(type, "rollout", Json.read("{\"to\":\"rollback\"}"));
    }

    private void awaitEmpty(WebhookQueue queue) {
        await().atMost(PATIENCE).until(() -> queue.size() == 0);
    }

    @Test
    void oneEventIsOneObjectWithEverythingInIt() {
        WebhookQueue queue = queue(receiver.url(), 1);

        queue.offer(event("dev.sluice.rollout.verdict"));

        awaitEmptyAfter(queue, 1);
        Receiver.Delivery delivery = receiver.deliveries.get(0);
        JsonNode event = delivery.event();
        assertThat(delivery.header("Content-Type")).startsWith("application/cloudevents+json");
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("type").asText()).isEqualTo("dev.sluice.rollout.verdict");
        assertThat(event.path("source").asText()).isEqualTo("https://gateway.example");
        assertThat(event.path("subject").asText()).isEqualTo("rollout");
        assertThat(event.path("time").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.at("/data/to").asText()).isEqualTo("rollback");
        assertThat(delivery.header("webhook-id")).isEqualTo(event.path("id").asText());
        assertThat(delivery.header("Authorization")).isNull();
        assertThat(delivery.header("webhook-signature")).isNull();
        assertThat(counts.delivered).hasValue(1);
    }

    private void awaitEmptyAfter(WebhookQueue queue, int deliveries) {
        await().atMost(PATIENCE).until(() -> receiver.deliveries.size() >= deliveries);
        awaitEmpty(queue);
    }

    @Test
    void whatFailsIsTriedAgainAsTheSameEventAndNothingOvertakesIt() {
        receiver.answering(500, 503, 429, 408);
        WebhookQueue queue = queue(receiver.url(), 8);

        queue.offer(event("first"));
        queue.offer(event("second"));

        awaitEmptyAfter(queue, 6);
        assertThat(receiver.types()).containsExactly("first", "first", "first", "first", "first", "second");
        assertThat(receiver.deliveries.stream()
                        .limit(5)
                        .map(delivery -> delivery.header("webhook-id"))
                        .distinct())
                .hasSize(1);
        assertThat(counts.retried).hasValue(4);
        assertThat(counts.delivered).hasValue(2);
        assertThat(counts.failed).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 422})
    void whatIsRefusedIsGivenUpAtOnceAndTheNextGoesOn(int status) {
        receiver.answering(status);
        WebhookQueue queue = queue(receiver.url(), 8);

        queue.offer(event("first"));
        queue.offer(event("second"));

        awaitEmptyAfter(queue, 2);
        assertThat(receiver.types()).containsExactly("first", "second");
        assertThat(counts.failed).hasValue(1);
        assertThat(counts.retried).hasValue(0);
        assertThat(counts.delivered).hasValue(1);
    }

    @Test
    void aReceiverThatNeverAnswersIsLeftAfterTheTimeout() {
        receiver.answering(Receiver.SILENCE);
        WebhookQueue queue = queue(receiver.url(), 2);

        queue.offer(event("first"));

        awaitEmptyAfter(queue, 2);
        assertThat(counts.retried).hasValue(1);
        assertThat(counts.delivered).hasValue(1);
    }

    @Test
    void nobodyThereIsTriedAsOftenAsAllowed() throws IOException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        WebhookQueue queue = queue("http://localhost:" + nobody, 3);

        queue.offer(event("first"));

        await().atMost(PATIENCE).untilAtomic(counts.failed, org.hamcrest.Matchers.is(1));
        assertThat(counts.retried).hasValue(2);
        assertThat(counts.delivered).hasValue(0);
        awaitEmpty(queue);
    }

    @Test
    void nobodyIsFollowedElsewhere() {
        try (Receiver elsewhere = new Receiver()) {
            receiver.redirectingTo(elsewhere.url()).answering(307, 307);
            WebhookQueue queue = queue(receiver.url(), 2);

            queue.offer(event("first"));

            awaitEmptyAfter(queue, 2);
            assertThat(elsewhere.deliveries).isEmpty();
            assertThat(counts.failed).hasValue(1);
        }
    }

    @Test
    void whereTooManyWaitTheOldestGoes() {
        receiver.answering(Receiver.SILENCE);
        WebhookQueue queue = queue(WebhookTarget.of(receiver.url(), null, null, TIMEOUT), 2, 2);
        queue.offer(event("stuck"));
        await().atMost(PATIENCE).until(() -> receiver.deliveries.size() == 1);

        for (String type : new String[] {"a", "b", "c", "d"}) {
            queue.offer(event(type));
        }

        awaitEmptyAfter(queue, 4);
        assertThat(receiver.types()).containsExactly("stuck", "stuck", "c", "d");
        assertThat(counts.dropped).hasValue(2);
        assertThat(counts.delivered).hasValue(3);
    }

    @Test
    void aSignatureProvesWhatWasSent() throws Exception {
        byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
        String secret = "whsec_" + Base64.getEncoder().encodeToString(key);
        WebhookQueue queue = queue(WebhookTarget.of(receiver.url(), "Bearer r", secret, TIMEOUT), 1, 10);

        queue.offer(event("first"));

        awaitEmptyAfter(queue, 1);
        Receiver.Delivery delivery = receiver.deliveries.get(0);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((delivery.header("webhook-id") + "." + NOW.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
        String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(delivery.body()));
        assertThat(delivery.header("webhook-timestamp")).isEqualTo(Long.toString(NOW.getEpochSecond()));
        assertThat(delivery.header("webhook-signature")).isEqualTo(expected);
        assertThat(delivery.header("Authorization")).isEqualTo("Bearer r");
    }

    @Test
    void aUserInTheUrlAuthenticatesAndIsNowhereElse() {
        String url = receiver.url().replace("http://", "http://guard:hush@");
        WebhookTarget target = WebhookTarget.of(url, null, null, TIMEOUT);
        WebhookQueue queue = queue(target, 1, 10);

        queue.offer(event("first"));

        awaitEmptyAfter(queue, 1);
        assertThat(receiver.deliveries.get(0).header("Authorization"))
                .isEqualTo(
                        "Basic " + Base64.getEncoder().encodeToString("guard:hush".getBytes(StandardCharsets.UTF_8)));
        assertThat(target.url()).doesNotContain("hush");
        assertThat(target).hasToString("localhost");
    }

    @Test
    void bytesThatAreNoJsonAreCarriedAll() {
        byte[] bytes = {0, 1, (byte) 0xff};

        JsonNode written = Json.read(new String(
                CloudEventWriter.write(events.event("t", "s", "application/octet-stream", bytes)),
                StandardCharsets.UTF_8));

        assertThat(written.path("data_base64").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(bytes));
        assertThat(written.path("datacontenttype").asText()).isEqualTo("application/octet-stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hooks", "/hooks", "ftp://x/", "http:///x", "http://a b/", "https://h/#f", "http://u:p@/"})
    void badAddressesAreRefusedWithoutBeingRepeated(String url) {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> WebhookTarget.of(url, null, null, TIMEOUT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(WebhookTarget.ALLOWED);
    }

    @Test
    void someTargetsHaveNeitherPathNorPort() {
        Map<String, String> urls = Map.of(
                "https://h", "https://h/",
                "https://h?x=1", "https://h/?x=1",
                "http://[::1]:9/a%20b", "http://[::1]:9/a%20b");

        urls.forEach((given, sent) ->
                assertThat(WebhookTarget.of(given, null, null, TIMEOUT).url()).isEqualTo(sent));
    }
}
