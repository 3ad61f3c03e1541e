package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Mode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.AgentSocketClient.Refused;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents see of the rollout: refusals, modes, switches. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class RolloutOnTheWireQuarkusTest {
    private static final Map<String, Boolean> POLLS = Map.of("supports_polling", true);
    private static final Map<String, Boolean> SWITCHES = Map.of("supports_polling", true, "supports_switch", true);

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private static Reply refusal(Runnable opening) {
        Refused refused = catchThrowableOfType(Refused.class, opening::run);
        assertThat(refused).as("refused").isNotNull();
        return refused.reply();
    }

    @Test
    void outsideTheRolloutTheUpgradeIsRefusedAndThePollSaysSo() {
        TestAgent agent = gateway.agent().features(POLLS).register();
        gateway.percentage("0");

        Reply refused = refusal(agent::open);
        Reply poll = agent.poll("");

        assertThat(refused.json(403).path("code").asText()).isEqualTo("outside-rollout");
        assertThat(refused.json().path("type").asText()).endsWith("outside-rollout");
        assertThat(refused.header("Sluice-Mode")).isEqualTo("polling");
        Problems.assertProblem(refused);
        assertThat(poll.json(200).path("mode").asText()).isEqualTo("polling");
        assertThat(poll.json().path("websocket_available").booleanValue()).isFalse();
        assertThat(poll.json().path("fallback_mode").booleanValue()).isTrue();
        assertThat(poll.json().path("websocket_url").isTextual()).isTrue();
        assertThat(poll.header("Sluice-Mode")).isEqualTo("polling");
    }

    @Test
    void switchedOffTheUpgradeIsRefusedForEverybody() {
        TestAgent polls = gateway.agent().features(POLLS).register();
        TestAgent cannotPoll =
                gateway.agent().features(Map.of("supports_polling", false)).register();
        gateway.flags(false, true);

        for (TestAgent agent : new TestAgent[] {polls, cannotPoll}) {
            Reply refused = refusal(agent::open);

            assertThat(refused.json(403).path("code").asText()).isEqualTo("websocket-disabled");
            assertThat(refused.header("Sluice-Mode")).isEqualTo("polling");
        }
        assertThat(refusal(() -> cannotPoll.open("?fallback=none&agent_id=" + cannotPoll.agentId()))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anUpgradeThatNamesNobodyIsDecidedAtRegister() {
        TestAgent agent = gateway.agent().features(POLLS).register();
        gateway.percentage("0");

        AgentSocketClient socket = agent.open("");
        socket.type("register", "r1", agent.registration());

        JsonNode error = socket.await("error", "r1");
        Problems.assertError(error, "outside-rollout");
        assertThat(socket.awaitClose()).isEqualTo(4503);
    }

    @Test
    void anAgentThatWasNeverSeenIsDecidedAtRegister() {
        gateway.percentage("0");
        TestAgent agent = gateway.agent().features(POLLS);

        AgentSocketClient socket = agent.open();
        socket.type("register", "r1", agent.registration());

        Problems.assertError(socket.await("error", "r1"), "outside-rollout");
        assertThat(socket.awaitClose()).isEqualTo(4503);
    }

    @Test
    void theHeaderNamesTheAgentAsWellAsTheQuery() {
        TestAgent agent = gateway.agent().features(POLLS).register();
        gateway.percentage("0");

        Reply refused = refusal(() -> AgentSocketClient.open(
                gateway.uri(),
                AgentSocketClient.PATH,
                Map.of("Authorization", "Bearer " + agent.token(), "Sluice-Client-Id", agent.agentId())));

        assertThat(refused.json(403).path("code").asText()).isEqualTo("outside-rollout");
    }

    @Test
    void anAgentThatWasNeverSeenPollingKeepsItsWebSocketAtZero() {
        gateway.percentage("0");

        TestAgent agent = gateway.agent();
        AgentSocketClient first = agent.connect();
        first.leave();
        AgentSocketClient again = agent.connect();

        again.type("ping", "p", Map.of());
        again.await("pong", "p");
    }

    @Test
    void anAgentThatWasSeenPollingCountsAsOneThatCan() {
        TestAgent agent = gateway.agent().register();
        agent.poll("").json(200);
        gateway.percentage("0");

        assertThat(refusal(agent::open).status()).isEqualTo(403);
    }

    @Test
    void whoSaysThatItCannotPollKeepsItsWebSocketAtZero() {
        TestAgent declares =
                gateway.agent().features(Map.of("supports_polling", false)).register();
        TestAgent asks = gateway.agent().register();
        gateway.percentage("0");

        declares.connect();
        asks.register(asks.open("?fallback=none&agent_id=" + asks.agentId()));
    }

    @Test
    void withPollingSwitchedOffWhoMayHaveAWebSocketMustUseIt() {
        TestAgent inside = gateway.agent().register();
        TestAgent outside = gateway.agent().register();
        gateway.override(outside, Mode.POLLING);
        String id = gateway.command(inside, Map.of());
        gateway.flags(true, false);

        Reply poll = inside.poll("");

        assertThat(poll.json(426).path("code").asText()).isEqualTo("upgrade-required");
        assertThat(poll.header("Upgrade")).isEqualTo("websocket");
        assertThat(poll.header("Sluice-Mode")).isEqualTo("websocket");
        Problems.assertProblem(poll);
        assertThat(inside.api().post(inside.path("heartbeat"), Map.of()).status())
                .isEqualTo(200);
        assertThat(inside.acknowledge(id).status()).isEqualTo(200);
        assertThat(inside.finish(id, Map.of("success", true)).status()).isEqualTo(200);
        assertThat(inside.api()
                        .post(TestAgent.BASE + "/register", inside.registration())
                        .status())
                .isEqualTo(200);
        assertThat(outside.poll("").status()).isEqualTo(200);
    }

    @Test
    void whenThePercentageFallsAgentsAreSwitchedAndLoseNothing() {
        TestAgent knows = gateway.agent().features(SWITCHES);
        TestAgent knowsNot = gateway.agent().features(POLLS);
        AgentSocketClient switched = knows.connect();
        AgentSocketClient closed = knowsNot.connect();
        String id = gateway.command(knows, Map.of());
        switched.await("command", id);

        gateway.percentage("0");

        JsonNode frame = switched.await("switch").path("payload");
        assertThat(frame.path("mode").asText()).isEqualTo("polling");
        assertThat(frame.path("reason").asText()).isEqualTo("outside-rollout");
        assertThat(frame.path("within_ms").intValue()).isPositive();
        assertThat(switched.awaitClose()).isEqualTo(4503);
        assertThat(closed.awaitClose()).isEqualTo(4503);
        assertThat(closed.untaken("switch")).isEmpty();
        JsonNode poll = knows.poll("").json(200);
        assertThat(poll.path("commands").get(0).path("id").asText()).isEqualTo(id);
        assertThat(poll.path("mode").asText()).isEqualTo("polling");
    }

    @Test
    void aSwitchedOffWebSocketEndsThoseOfAgentsThatCannotPollAsWell() {
        AgentSocketClient socket =
                gateway.agent().features(Map.of("supports_polling", false)).connect();

        gateway.flags(false, true);

        assertThat(socket.awaitClose()).isEqualTo(4503);
    }

    @Test
    void aParkedPollIsAnsweredWhenItsAgentMayHaveAWebSocket() throws Exception {
        TestAgent agent = gateway.agent().register();
        gateway.percentage("0");
        CompletableFuture<Reply> parked = agent.parkedPoll();

        gateway.percentage("100");

        JsonNode answer = parked.get(30, TimeUnit.SECONDS).json(200);
        assertThat(answer.path("commands")).isEmpty();
        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
    }

    @Test
    void aPollDoesNotWaitBeforeItToldWhatChangedSinceTheLastOne() throws Exception {
        TestAgent agent = gateway.agent().register();
        gateway.percentage("0");
        agent.poll("").json(200);
        gateway.percentage("100");

        JsonNode answer = agent.pollLater("?wait=60").get(30, TimeUnit.SECONDS).json(200);

        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
    }

    @Test
    void aParkedPollIsAnsweredWhenItsAgentMayHaveNoneAnyMore() throws Exception {
        TestAgent agent = gateway.agent().register();
        CompletableFuture<Reply> parked = agent.parkedPoll();

        gateway.percentage("0");

        JsonNode answer = parked.get(30, TimeUnit.SECONDS).json(200);
        assertThat(answer.path("commands")).isEmpty();
        assertThat(answer.path("mode").asText()).isEqualTo("polling");
    }

    @Test
    void aParkedPollIsAnsweredWhenPollingIsSwitchedOffForItsAgent() throws Exception {
        TestAgent inside = gateway.agent().register();
        TestAgent outside = gateway.agent().register();
        gateway.override(outside, Mode.POLLING);
        CompletableFuture<Reply> parked = inside.parkedPoll();
        CompletableFuture<Reply> stays = outside.parkedPoll();

        gateway.flags(true, false);

        JsonNode answer = parked.get(30, TimeUnit.SECONDS).json(200);
        assertThat(answer.path("commands")).isEmpty();
        assertThat(answer.path("cursor").asText()).isNotEmpty();
        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
        assertThat(inside.poll("?wait=60").status()).isEqualTo(426);
        assertThat(stays).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"poll", "heartbeat", "ack", "result", "register", "malformed", "media"})
    void everyAnswerToAKnownAgentTellsItsMode(String what) {
        TestAgent agent = gateway.agent().register();
        gateway.override(agent, Mode.POLLING);
        String nothing = "commands/00000000-0000-0000-0000-000000000000/";

        Reply reply =
                switch (what) {
                    case "poll" -> agent.poll("?after=garbage");
                    case "heartbeat" -> agent.api().post(agent.path("heartbeat"), Map.of());
                    case "ack" -> agent.api().post(agent.path(nothing + "ack"), Map.of());
                    case "result" -> agent.api().post(agent.path(nothing + "result"), Map.of("success", 7));
                    case "malformed" -> agent.api().postText(agent.path("heartbeat"), "{");
                    case "media" -> agent.api().send("POST", agent.path("heartbeat"), "text/plain", new byte[] {65});
                    default -> agent.api().post(TestAgent.BASE + "/register", agent.registration());
                };

        assertThat(reply.header("Sluice-Mode")).isEqualTo("polling");
    }
}
