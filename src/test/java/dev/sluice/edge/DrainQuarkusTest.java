package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators see of moving clients, before and while they move. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class DrainQuarkusTest {
    private static final String PREVIEW = "/api/v1/admin/rollout/preview";
    private static final Map<String, Boolean> POLLS = Map.of("supports_polling", true);

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private JsonNode preview(int percentage) {
        return gateway.admin().post(PREVIEW, Map.of("percentage", percentage)).json(200);
    }

    @Test
    void aPreviewTellsWhoWouldLeaveTheirWebSocketAndMovesNobody() {
        AgentSocketClient socket = gateway.agent().features(POLLS).connect();

        JsonNode toZero = preview(0);
        JsonNode asItIs = preview(100);

        assertThat(toZero.path("moves").path("websocket_to_polling").intValue()).isPositive();
        assertThat(toZero.path("moves").path("polling_to_websocket").intValue()).isZero();
        assertThat(toZero.path("would_be_assigned").intValue())
                .isLessThan(toZero.path("assigned").intValue());
        assertThat(toZero.path("by_protocol").path("agent").path("moves")).isEqualTo(toZero.path("moves"));
        assertThat(toZero.path("effective").intValue()).isZero();
        assertThat(asItIs.path("moves").path("total").intValue()).isZero();
        JsonNode present = toZero.path("present");
        assertThat(present.path("total").intValue())
                .isEqualTo(present.path("websocket").intValue()
                        + present.path("polling").intValue());
        socket.type("ping", "p", Map.of());
        socket.await("pong", "p");
        assertThat(socket.untaken("switch")).isEmpty();
    }

    @Test
    void aPreviewTellsWhoWouldBeOfferedOne() {
        TestAgent agent = gateway.agent().register();
        gateway.percentage("0");
        agent.poll("").json(200);

        JsonNode moves = preview(100).path("moves");

        assertThat(moves.path("polling_to_websocket").intValue()).isPositive();
        assertThat(moves.path("websocket_to_polling").intValue()).isZero();
    }

    /** Each of them is there all the time, whether its poll waits or was answered a moment ago. */
    @Test
    void aPreviewCountsWhoPollsOnceWhateverBecomesOfTheirPolls() {
        List<NativePerson> people = Stream.generate(() -> new NativePerson(gateway.uri(), "dev-admin-token").begin())
                .limit(6)
                .toList();
        people.forEach(NativePerson::ask);
        int most = nativeClientsThatPoll();
        AtomicBoolean enough = new AtomicBoolean();
        List<CompletableFuture<Void>> polling = people.stream()
                .map(person -> CompletableFuture.runAsync(() -> {
                    while (!enough.get()) {
                        person.ask();
                    }
                }))
                .toList();
        List<Integer> counts =
                Stream.generate(this::nativeClientsThatPoll).limit(200).toList();
        enough.set(true);
        polling.forEach(CompletableFuture::join);

        // Whoever other tests left behind may be forgotten meanwhile, and nobody comes.
        int least = nativeClientsThatPoll();
        assertThat(counts).allSatisfy(count -> assertThat(count).isBetween(least, most));
    }

    private int nativeClientsThatPoll() {
        return preview(100)
                .path("by_protocol")
                .path("native")
                .path("present")
                .path("polling")
                .intValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"percentage\":\"50\"}", "{\"percentage\":101}", "{\"percentage\":-1}", "[]", "{"})
    void aPreviewOfNonsenseIsRefused(String body) {
        Reply reply = gateway.admin().postText(PREVIEW, body);

        assertThat(reply.status()).isEqualTo(400);
        Problems.assertProblem(reply);
    }

    @Test
    void operatorsMayLookAndAgentsMayNot() {
        Map<String, Integer> body = Map.of("percentage", 50);

        assertThat(gateway.operator(gateway.workspace()).post(PREVIEW, body).status())
                .isEqualTo(200);
        assertThat(gateway.api("dev-agent-token").post(PREVIEW, body).status()).isEqualTo(403);
        assertThat(gateway.anonymous().post(PREVIEW, body).status()).isEqualTo(401);
    }

    @Test
    void aDrainShowsHowFarItHasGot() {
        AgentSocketClient socket = gateway.agent().features(POLLS).connect();

        gateway.percentage("0");

        assertThat(socket.awaitClose()).isEqualTo(4503);
        JsonNode drain = await().atMost(Duration.ofSeconds(20))
                .until(this::drain, now -> now.path("state").asText().equals("done"));
        assertThat(drain.path("reason").asText()).isEqualTo("lowered");
        assertThat(drain.path("since").isTextual()).isTrue();
        assertThat(drain.path("drained").intValue()).isPositive();
        assertThat(drain.path("remaining").intValue()).isZero();
        assertThat(drain.path("total").intValue())
                .isEqualTo(
                        drain.path("drained").intValue() + drain.path("stayed").intValue());
    }

    private JsonNode drain() {
        return gateway.admin().get("/api/v1/rollout").json(200).path("drain");
    }

    @Test
    void theShareIsShown() {
        JsonNode share = gateway.admin().get("/api/v1/rollout").json(200).path("share");

        assertThat(share.path("present").isInt()).isTrue();
        assertThat(share.path("assigned").isInt()).isTrue();
        assertThat(share.path("connected").isInt()).isTrue();
        assertThat(share.path("at").isTextual()).isTrue();
    }

    @Test
    void whenPollingIsSwitchedOffAParkedPollIsAnsweredAndTheNextIsRefused() throws Exception {
        TestAgent agent = gateway.agent().register();
        CompletableFuture<Reply> one = agent.pollLater("?wait=60");
        CompletableFuture<Reply> two = agent.pollLater("?wait=60");
        CompletableFuture.anyOf(one, two).orTimeout(20, TimeUnit.SECONDS).join();
        CompletableFuture<Reply> parked = one.isDone() ? two : one;

        gateway.flags(true, false);

        JsonNode answer = parked.get(30, TimeUnit.SECONDS).json(200);
        assertThat(answer.path("commands")).isEmpty();
        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
        assertThat(agent.poll("?wait=60").status()).isEqualTo(426);
    }
}
