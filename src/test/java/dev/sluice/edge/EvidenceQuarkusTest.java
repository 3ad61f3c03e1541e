package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.Mode;
import dev.sluice.identity.TokenKind;
import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.AgentSocketClient.Refused;
import dev.sluice.testkit.EngineSocketWire;
import dev.sluice.testkit.EngineWire;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SwallowingProxy;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guard gets to see of agents on the wire. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class EvidenceQuarkusTest {
    private static final Map<String, Boolean> SWITCHES = Map.of("supports_polling", true, "supports_switch", true);

    @Inject
    Gateway gateway;

    @Inject
    Evidence evidence;

    private final List<CohortWindow> webSocket = new ArrayList<>();
    private final List<CohortWindow> polling = new ArrayList<>();

    @BeforeEach
    void startAfresh() {
        evidence.restart();
    }

    @AfterEach
    void restore() {
        gateway.restore();
    }

    /** Waits until every attempt is past its deadline. */
    private void settle() {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            EvidenceWindow window = evidence.close(0);
            webSocket.add(window.websocket());
            polling.add(window.polling());
            return evidence.figures().open() == 0;
        });
    }

    private static long sum(List<CohortWindow> windows, java.util.function.ToLongFunction<CohortWindow> figure) {
        return windows.stream().mapToLong(figure).sum();
    }

    private void assertVotes(long successes, long failures, long fallbacks, long noAttempts) {
        assertThat(List.of(
                        sum(webSocket, CohortWindow::successes),
                        sum(webSocket, CohortWindow::failures),
                        sum(webSocket, CohortWindow::fallbacks),
                        sum(webSocket, CohortWindow::noAttempts)))
                .as("successes, failures, fallbacks, no attempts")
                .containsExactly(successes, failures, fallbacks, noAttempts);
    }

    private int voters() {
        return webSocket.get(webSocket.size() - 1).voters();
    }

    @Test
    void aSocketIoClientProbesWorksDiesOrStaysOnPolling() {
        EngineWire wire = new EngineWire(gateway.uri(), "/socket.io/");
        String name = "&client_id=" + UUID.randomUUID();
        String upgraded =
                EngineWire.sidIn(wire.get("EIO=4&transport=polling" + name + 1).body());
        EngineSocketWire works = wire.socket("EIO=4&transport=websocket&sid=" + upgraded);
        works.send("2probe");
        works.take();
        works.send("5");
        String dying =
                EngineWire.sidIn(wire.get("EIO=4&transport=polling" + name + 2).body());
        EngineSocketWire dies = wire.socket("EIO=4&transport=websocket&sid=" + dying);
        dies.send("2probe");
        dies.take();
        dies.cut();
        wire.get("EIO=4&transport=polling" + name + 3);
        wire.socket("EIO=4&transport=websocket" + name + 4).send("40");

        settle();

        assertVotes(2, 1, 1, 0);
        assertThat(sum(webSocket, window -> window.probes().offered())).isEqualTo(3);
        assertThat(sum(webSocket, window -> window.probes().probed())).isEqualTo(2);
        works.close();
    }

    @Test
    void framesThatAProxySwallowsAreFailuresThoughTheUpgradePassed() throws IOException {
        try (SwallowingProxy proxy = new SwallowingProxy(gateway.uri())) {
            for (int i = 0; i < 6; i++) {
                gateway.agent().connect();
                TestAgent behind = gateway.agent().register();
                AgentSocketClient upgraded = AgentSocketClient.open(
                        proxy.uri(), AgentSocketClient.PATH + "?agent_id=" + behind.agentId(), behind.token());
                upgraded.type("register", "r1", behind.registration());
            }

            settle();

            assertVotes(6, 6, 0, 0);
            assertThat(voters()).isEqualTo(12);
            assertThat(webSocket).noneMatch(CohortWindow::concentrated);
        }
    }

    @Test
    void thoseThatNameNobodyAreOneClientUntilTheyRegister() throws IOException {
        try (SwallowingProxy proxy = new SwallowingProxy(gateway.uri())) {
            TestAgent agent = gateway.agent();
            agent.register(agent.open(""));
            for (int i = 0; i < 3; i++) {
                AgentSocketClient.open(proxy.uri(), AgentSocketClient.PATH, agent.token());
            }

            settle();

            assertVotes(1, 1, 0, 0);
        }
    }

    @Test
    void anOldPollingAgentMovesNothingAndOneThatIsAbleFellBack() {
        TestAgent old = gateway.agent().register();
        old.poll("").json(200);
        TestAgent able = gateway.agent().features(SWITCHES).register();
        able.poll("").json(200);

        settle();

        assertVotes(0, 0, 1, 1);
    }

    @Test
    void anAgentThatWorkedOnceAndPollsInsteadFellBack() {
        TestAgent agent = gateway.agent();
        agent.connect().leave();
        settle();
        evidence.restart();

        agent.poll("").json(200);
        settle();

        assertVotes(1, 0, 1, 0);
    }

    @Test
    void pollersByDecisionVoteInTheirOwnCohort() {
        TestAgent agent = gateway.agent();
        gateway.override(agent, Mode.POLLING);
        agent.register();
        agent.poll("").json(200);
        agent.poll("").json(200);

        settle();

        assertVotes(0, 0, 0, 0);
        assertThat(sum(polling, CohortWindow::successes)).isEqualTo(1);
        assertThat(sum(polling, CohortWindow::failures)).isZero();
    }

    @Test
    void whatWeRefuseAndWhoIsNobodyDoesNotVote() {
        TestAgent outside = gateway.agent().register();
        gateway.override(outside, Mode.POLLING);
        TestAgent clumsy = gateway.agent();

        assertThat(refusal(outside::open)).isEqualTo(403);
        assertThat(refusal(() -> AgentSocketClient.open(gateway.uri(), AgentSocketClient.PATH, "no-such-token")))
                .isEqualTo(401);
        AgentSocketClient socket = clumsy.open();
        socket.type("register", "r1", Map.of("agent_id", clumsy.agentId()));
        socket.await("error", "r1");
        socket.leave();
        socket.awaitClose();
        settle();

        // The one that polls by an exception was offered WebSocket when it registered, before there was the exception.
        assertVotes(0, 0, 0, 1);
    }

    private static int refusal(Runnable opening) {
        Refused refused = catchThrowableOfType(Refused.class, opening::run);
        assertThat(refused).as("refused").isNotNull();
        return refused.reply().status();
    }

    @Test
    void whoHasItsWebSocketAtAnyPercentageSaysNothingAboutThePercentage() {
        gateway.percentage("0");

        gateway.agent().features(Map.of("supports_polling", false)).connect();
        settle();

        assertVotes(0, 0, 0, 0);
    }

    @Test
    void deliveriesAreSamplesOfTheirTransportOneAClientAndPeriod() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();
        for (int i = 0; i < 3; i++) {
            // The first may be appended before the agent has its seat, and then waited for it.
            socket.await("command", gateway.command(agent, Map.of()));
        }

        await().atMost(Duration.ofSeconds(20))
                .until(() -> evidence.close(0).websocket().latency().total() == 1);
    }

    @Test
    void anAgentReportsForItselfAndNobodyElse() {
        TestAgent agent = gateway.agent().register();
        String other = gateway.agentToken(gateway.workspace());

        // What others say of it, and what it says of a connection that it does not have.
        report(null, agent.agentId(), "connect_failed");
        report(other, agent.agentId(), "connect_failed");
        report(agent.token(), agent.agentId(), "connect_ok");
        settle();
        assertVotes(0, 0, 1, 0);

        TestAgent failing = gateway.agent().register();
        report(failing.token(), failing.agentId(), "connect_failed");
        settle();
        assertVotes(0, 1, 1, 0);
    }

    private void report(@org.jspecify.annotations.Nullable String token, String client, String event) {
        Reply reply = (token == null ? gateway.anonymous() : gateway.api(token))
                .post("/api/v1/telemetry", Map.of("client_id", client, "event", event, "transport", "websocket"));
        assertThat(reply.status()).isEqualTo(202);
    }

    @Test
    void aTokenOfOneClusterReportsForNoOther() {
        TestAgent mine = gateway.agent().register();
        TestAgent other = gateway.agent().register();
        String bound = gateway.issue(TokenKind.AGENT, 1, java.util.UUID.fromString(mine.clusterId()))
                .secret();
        Map<String, String> report =
                Map.of("client_id", other.agentId(), "event", "connect_failed", "transport", "websocket");

        assertThat(gateway.api(bound).post("/api/v1/telemetry", report).status())
                .isEqualTo(403);
    }
}
