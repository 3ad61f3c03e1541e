package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class AgentPollingQuarkusTest {

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private static List<String> ids(JsonNode poll) {
        List<String> ids = new ArrayList<>();
        poll.path("commands").forEach(command -> ids.add(command.path("id").asText()));
        return ids;
    }

    private static JsonNode answer(CompletableFuture<Reply> poll) throws Exception {
        return poll.get(30, TimeUnit.SECONDS).json(200);
    }

    @Test
    void anEmptyPollIsAnsweredAtOnceWithEveryFieldOfTheContract() {
        TestAgent agent = gateway.agent().register();

        Reply reply = agent.poll("");

        JsonNode answer = reply.json(200);
        assertThat(answer.path("commands").isArray()).isTrue();
        assertThat(answer.path("commands")).isEmpty();
        assertThat(answer.path("cursor").isTextual()).isTrue();
        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
        assertThat(answer.path("websocket_available").booleanValue()).isTrue();
        assertThat(answer.path("websocket_url").asText()).endsWith("agent_id=" + agent.agentId());
        assertThat(answer.path("fallback_mode").booleanValue()).isFalse();
        assertThat(answer.path("poll_interval_seconds").intValue()).isPositive();
        assertThat(reply.header("Sluice-Mode")).isEqualTo("websocket");
    }

    @Test
    void commandsWaitForThePollInOrder() {
        TestAgent agent = gateway.agent().register();
        String first = gateway.command(agent, Map.of("n", 1));
        String second = gateway.command(agent, Map.of("n", 2));

        JsonNode answer = agent.poll("").json(200);

        assertThat(ids(answer)).containsExactly(first, second);
        JsonNode command = answer.path("commands").get(0);
        assertThat(command.path("type").asText()).isEqualTo("echo");
        assertThat(command.path("payload").path("n").intValue()).isEqualTo(1);
        assertThat(command.path("attempt").intValue()).isEqualTo(1);
        assertThat(command.path("created_at").isTextual()).isTrue();
    }

    @Test
    void aPollThatWaitsIsAnsweredByTheCommand() throws Exception {
        TestAgent agent = gateway.agent().register();
        CompletableFuture<Reply> waiting = agent.pollLater("?wait=60");

        String id = gateway.command(agent, Map.of());

        assertThat(ids(answer(waiting))).containsExactly(id);
    }

    @Test
    void aPollThatWaitsInVainIsAnsweredEmptyWithACursorThatGoesOn() throws Exception {
        TestAgent agent = gateway.agent().register();

        JsonNode empty = answer(agent.pollLater("?wait=1"));
        String id = gateway.command(agent, Map.of());
        JsonNode next = agent.poll("?after=" + empty.path("cursor").asText()).json(200);

        assertThat(ids(empty)).isEmpty();
        assertThat(ids(next)).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"61", "3600", "2147483647", "2147483648", "99999999999999999999"})
    void aLongerWaitIsClampedAndNoError(String seconds) throws Exception {
        TestAgent agent = gateway.agent().register();
        CompletableFuture<Reply> waiting = agent.pollLater("?wait=" + seconds);

        String id = gateway.command(agent, Map.of());

        assertThat(ids(answer(waiting))).containsExactly(id);
    }

    @Test
    void afterAcknowledgesAndAnOlderAfterGetsEverythingFromThereAgain() {
        TestAgent agent = gateway.agent().register();
        String start = agent.poll("").json(200).path("cursor").asText();
        String first = gateway.command(agent, Map.of("n", 1));
        JsonNode one = agent.poll("?after=" + start).json(200);
        String second = gateway.command(agent, Map.of("n", 2));

        JsonNode lost = agent.poll("?after=" + one.path("cursor").asText()).json(200);
        JsonNode repeated = agent.poll("?after=" + one.path("cursor").asText()).json(200);
        JsonNode last = agent.poll("?after=" + repeated.path("cursor").asText()).json(200);

        assertThat(ids(one)).containsExactly(first);
        assertThat(ids(lost)).containsExactly(second);
        assertThat(ids(repeated)).containsExactly(second);
        assertThat(repeated.path("cursor")).isEqualTo(lost.path("cursor"));
        assertThat(ids(last)).isEmpty();
        assertThat(gateway.seen(agent, second).path("status").asText()).isEqualTo("acknowledged");
    }

    @Test
    void withoutAfterAPollGetsWhatIsNew() {
        TestAgent agent = gateway.agent().register();
        agent.poll("?after=" + agent.poll("").json(200).path("cursor").asText()).json(200);
        String first = gateway.command(agent, Map.of("n", 1));

        List<String> one = ids(agent.poll("").json(200));
        String second = gateway.command(agent, Map.of("n", 2));
        List<String> two = ids(agent.poll("").json(200));

        assertThat(one).containsExactly(first);
        assertThat(two).contains(second);
        assertThat(gateway.seen(agent, first).path("status").asText()).isEqualTo("delivered");
    }

    @Test
    void anUnacknowledgedCommandComesAgainAfterItsLease() {
        TestAgent agent = gateway.agent().register();
        agent.poll("?after=" + agent.poll("").json(200).path("cursor").asText()).json(200);
        String id = gateway.command(agent, Map.of());
        agent.poll("").json(200);

        Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            JsonNode again = agent.poll("").json(200);
            assertThat(ids(again)).containsExactly(id);
            assertThat(again.path("commands").get(0).path("attempt").intValue()).isGreaterThan(1);
        });
    }

    @Test
    void anAgentThatNeverSettlesAcknowledgesByItsNextPoll() {
        TestAgent agent = gateway.agent().register();
        String id = gateway.command(agent, Map.of());
        agent.poll("").json(200);
        assertThat(gateway.seen(agent, id).path("status").asText()).isEqualTo("delivered");

        List<String> next = ids(agent.poll("").json(200));

        assertThat(next).isEmpty();
        assertThat(gateway.seen(agent, id).path("status").asText()).isEqualTo("acknowledged");
    }

    @Test
    void ofTwoPollsTheOlderIsAnsweredEmpty() throws Exception {
        TestAgent agent = gateway.agent().register();
        String cursor = agent.poll("").json(200).path("cursor").asText();
        CompletableFuture<Reply> one = agent.pollLater("?wait=60&after=" + cursor);
        CompletableFuture<Reply> two = agent.pollLater("?wait=60&after=" + cursor);

        // Which of them arrives first is the network's business; the first is the older.
        Awaitility.await().until(() -> one.isDone() || two.isDone());
        CompletableFuture<Reply> older = one.isDone() ? one : two;
        CompletableFuture<Reply> newer = one.isDone() ? two : one;
        String id = gateway.command(agent, Map.of());
        assertThat(ids(answer(newer))).containsExactly(id);
        JsonNode answer = answer(older);

        assertThat(ids(answer)).isEmpty();
        assertThat(answer.path("cursor").asText()).isEqualTo(cursor);
    }

    @Test
    void aSocketTakesAParkedPollOver() throws Exception {
        TestAgent agent = gateway.agent().register();
        CompletableFuture<Reply> parked = agent.parkedPoll();

        AgentSocketClient socket = agent.connect();
        String id = gateway.command(agent, Map.of());

        assertThat(ids(answer(parked))).isEmpty();
        socket.await("command", id);
    }

    @Test
    void aCursorThatWasNeverHandedOutIsGone() {
        TestAgent agent = gateway.agent().register();
        String cursor = agent.poll("").json(200).path("cursor").asText();
        TestAgent other = gateway.agent().register();
        String foreign = other.poll("").json(200).path("cursor").asText();

        assertThat(agent.poll("?after=" + cursor.replaceAll("\\d+$", "999999"))
                        .json(410)
                        .path("code")
                        .asText())
                .isEqualTo("gone");
        assertThat(agent.poll("?after=" + foreign).status()).isEqualTo(410);
        assertThat(agent.poll("?after=" + cursor).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "-1",
                ".",
                "..",
                "%00",
                "%F0%9F%92%A9",
                "1.2.3",
                "%27%3B--",
                "18446744073709551616",
                "{own}.",
                "{own}.-1",
                "{own}.1e3",
                "{own}.%D9%A1",
                "{own}.99999999999999999999",
                "{own}.18446744073709551615",
                "{own}.9223372036854775807"
            })
    void aCursorOfGarbageIsRefused(String garbage) {
        TestAgent agent = gateway.agent().register();
        String own = agent.poll("").json(200).path("cursor").asText().replaceAll("\\..*", "");

        Reply reply = agent.poll("?after=" + garbage.replace("{own}", own));

        assertThat(reply.status()).isIn(400, 410);
        Problems.assertProblem(reply);
        assertThat(agent.poll("").status()).isEqualTo(200);
    }

    @Test
    void acknowledgementsAndResultsMayBeRepeated() {
        TestAgent agent = gateway.agent().register();
        String id = gateway.command(agent, Map.of());
        agent.poll("").json(200);

        Reply acknowledged = agent.acknowledge(id);
        Reply acknowledgedAgain = agent.acknowledge(id);
        Reply finished = agent.finish(id, Map.of("success", true, "output", "hello"));
        Reply finishedAgain = agent.finish(id, Map.of("success", true, "output", "hello"));
        Reply changedItsMind = agent.finish(id, Map.of("success", false));
        Reply late = agent.acknowledge(id);

        assertThat(List.of(acknowledged, acknowledgedAgain, finished, finishedAgain, changedItsMind, late))
                .extracting(Reply::status)
                .containsOnly(200);
        JsonNode seen = gateway.seen(agent, id);
        assertThat(seen.path("status").asText()).isEqualTo("succeeded");
        assertThat(seen.path("result").path("output").asText()).isEqualTo("hello");
    }

    @Test
    void aResultMayHaveAnyShapeThatTheContractAllows() {
        TestAgent agent = gateway.agent().register();
        String id = gateway.command(agent, Map.of());

        Reply reply = agent.api()
                .postText(
                        agent.path("commands/" + id + "/result"),
                        """
                        {"success": false, "output": [1, "zwei", {"drei": 3.0000000000000000003}], "error": "\\u0000 nul",
                         "metadata": {"big": 123456789012345678901234567890}, "timestamp": "2026-01-31T12:00:02+01:00"}
                        """);

        assertThat(reply.status()).isEqualTo(200);
        JsonNode result = gateway.seen(agent, id).path("result");
        assertThat(result.path("output").toString()).isEqualTo("[1,\"zwei\",{\"drei\":3.0000000000000000003}]");
        assertThat(result.path("metadata").toString()).isEqualTo("{\"big\":123456789012345678901234567890}");
        assertThat(result.path("error").asText()).endsWith("nul");
        assertThat(result.path("timestamp").asText()).isEqualTo("2026-01-31T11:00:02Z");
    }

    @Test
    void aCommandThatIsNotThereCannotBeSettled() {
        TestAgent agent = gateway.agent().register();
        TestAgent other = gateway.agent().register();
        String theirs = gateway.command(other, Map.of());

        assertThat(agent.acknowledge(UUID.randomUUID().toString())
                        .json(404)
                        .path("code")
                        .asText())
                .isEqualTo("command-not-found");
        assertThat(agent.acknowledge(theirs).status()).isEqualTo(404);
        assertThat(agent.finish(theirs, Map.of("success", true)).status()).isEqualTo(404);
        assertThat(agent.finish("no-uuid", Map.of("success", true)).status()).isEqualTo(404);
        assertThat(gateway.seen(other, theirs).path("status").asText()).isEqualTo("queued");
    }

    @Test
    void aCommandThatNobodyWaitsForIsClosed() {
        TestAgent agent = gateway.agent().register();
        String id = gateway.command(agent, Map.of());
        gateway.admin()
                .delete("/api/v1/clusters/%s/commands/%s".formatted(agent.clusterId(), id))
                .json(200);

        assertThat(agent.acknowledge(id).json(409).path("code").asText()).isEqualTo("command-closed");
        assertThat(agent.finish(id, Map.of("success", true)).status()).isEqualTo(409);
    }

    @Test
    void anUnknownClusterIsNotFoundSoThatTheAgentRegistersAgain() {
        Reply reply = gateway.agent().api().get(TestAgent.BASE + "/" + UUID.randomUUID() + "/poll");

        assertThat(reply.json(404).path("code").asText()).isEqualTo("cluster-not-found");
    }
}
