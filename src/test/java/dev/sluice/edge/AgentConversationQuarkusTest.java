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
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an agent and the gateway say to each other between registering and leaving. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class AgentConversationQuarkusTest {

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    @Test
    void heartbeatAndStatusAreAnsweredInOrderEachWithItsRequest() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.type("heartbeat", "h1", Map.of("status", "available", "metadata", Map.of("version", "1.4.0")));
        socket.type("status", "s1", Map.of());
        socket.type("ping", "p1", Map.of());
        socket.sendText("{\"type\":\"heartbeat\"}");

        assertThat(time(socket.await("heartbeat_ack", "h1"))).isNotNull();
        assertThat(time(socket.await("heartbeat_ack", "s1"))).isNotNull();
        socket.await("pong", "p1");
        JsonNode nameless = socket.await("heartbeat_ack");
        assertThat(nameless.has("request_id")).isFalse();
    }

    private static OffsetDateTime time(JsonNode ack) {
        return OffsetDateTime.parse(ack.path("payload").path("received_at").asText());
    }

    @Test
    void heartbeatsOverHttpAreAnswered() {
        TestAgent agent = gateway.agent().register();

        Reply full = agent.api().post(agent.path("heartbeat"), Map.of("status", "available"));
        Reply empty = agent.api().send("POST", agent.path("heartbeat"), null, new byte[0]);

        assertThat(full.json(200).path("success").booleanValue()).isTrue();
        assertThat(OffsetDateTime.parse(full.json().path("received_at").asText()))
                .isNotNull();
        assertThat(full.header("Sluice-Mode")).isEqualTo("websocket");
        assertThat(empty.status()).isEqualTo(200);
    }

    @Test
    void theGatewayPingsAndAPongKeepsTheConnection() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.awaitPing();
        socket.type("pong", "p0", Map.of());
        socket.ping();
        socket.type("ping", "p1", Map.of());

        socket.await("pong", "p1");
    }

    @Test
    void unknownFieldsAreIgnored() {
        AgentSocketClient socket = gateway.agent()
                .with("k8s_version", "1.31")
                .with("nodes", Map.of("count", 3))
                .with("features", Map.of("supports_everything", true))
                .connect();

        socket.sendText("{\"extra\":[1,{\"a\":2}],\"type\":\"heartbeat\",\"request_id\":\"h1\",\"more\":null,"
                + "\"timestamp\":\"yesterday\"}");

        socket.await("heartbeat_ack", "h1");
    }

    @Test
    void oneMessageMayComeInManyFrames() {
        AgentSocketClient socket = gateway.agent().connect();
        String text = "{\"type\":\"ping\",\"request_id\":\"frägment\"}";
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int inTheUmlaut = text.indexOf('ä') + 1;

        socket.sendFragments(
                java.util.Arrays.copyOfRange(bytes, 0, inTheUmlaut),
                new byte[0],
                java.util.Arrays.copyOfRange(bytes, inTheUmlaut, bytes.length));

        socket.await("pong", "frägment");
    }

    @Test
    void commandsAreSettledOverTheSocketWhateverTheirOrder() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();
        String first = gateway.command(agent, Map.of("n", 1));
        String second = gateway.command(agent, Map.of("n", 2));

        JsonNode command = socket.await("command", first).path("payload");
        socket.await("command", second);
        socket.acknowledge(first);
        socket.finish(second, Map.of("success", false, "error", "no such thing"));
        socket.finish(first, Map.of("success", true, "output", Map.of("a", 1), "metadata", Map.of("took_ms", 12)));
        socket.finish(first, Map.of("success", false));
        socket.acknowledge(second);

        assertThat(command.path("id").asText()).isEqualTo(first);
        assertThat(command.path("type").asText()).isEqualTo("echo");
        assertThat(command.path("payload").path("n").intValue()).isEqualTo(1);
        assertThat(command.path("attempt").intValue()).isEqualTo(1);
        assertThat(OffsetDateTime.parse(command.path("created_at").asText())).isNotNull();
        Awaitility.await().untilAsserted(() -> {
            assertThat(gateway.seen(agent, first).path("status").asText()).isEqualTo("succeeded");
            assertThat(gateway.seen(agent, second).path("status").asText()).isEqualTo("failed");
        });
        JsonNode result = gateway.seen(agent, first).path("result");
        assertThat(result.path("success").booleanValue()).isTrue();
        assertThat(result.path("output").path("a").intValue()).isEqualTo(1);
        assertThat(result.path("metadata").path("took_ms").intValue()).isEqualTo(12);
        assertThat(gateway.seen(agent, second).path("result").path("error").asText())
                .isEqualTo("no such thing");
        socket.type("ping", "end", Map.of());
        socket.await("pong", "end");
        assertThat(socket.untaken("error")).isEmpty();
    }

    @Test
    void acknowledgedIsSeenByOperators() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();
        String id = gateway.command(agent, Map.of());
        socket.await("command", id);

        socket.acknowledge(id);

        Awaitility.await().untilAsserted(() -> assertThat(
                        gateway.seen(agent, id).path("status").asText())
                .isEqualTo("acknowledged"));
    }

    @Test
    void aCommandThatIsNotThisAgentsIsAnErrorAndChangesNothing() {
        TestAgent owner = gateway.agent().register();
        String theirs = gateway.command(owner, Map.of());
        AgentSocketClient socket = gateway.agent().connect();

        socket.finish(theirs, Map.of("success", true));
        socket.acknowledge(UUID.randomUUID().toString());

        assertThat(socket.await("error", theirs).path("payload").path("code").asText())
                .isEqualTo("command-not-found");
        assertThat(socket.await("error").path("payload").path("code").asText()).isEqualTo("command-not-found");
        assertThat(gateway.seen(owner, theirs).path("status").asText()).isEqualTo("queued");
    }

    @Test
    void anAgentThatLeavesIsAnsweredWithItsOwnGoodbye() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.leave();

        assertThat(socket.awaitClose()).isEqualTo(1000);
    }

    @Test
    void tunnelInfoSaysWhetherTheAgentIsThere() {
        TestAgent agent = gateway.agent().register();

        JsonNode before = agent.api().get(agent.path("tunnel-info")).json(200);
        agent.connect();

        assertThat(before.path("tunnel_url").asText()).endsWith(agent.clusterId() + "/proxy");
        assertThat(before.path("cluster_id").asText()).isEqualTo(agent.clusterId());
        assertThat(before.path("tunnel_status").asText()).isEqualTo("disconnected");
        Awaitility.await().untilAsserted(() -> assertThat(agent.api()
                        .get(agent.path("tunnel-info"))
                        .json(200)
                        .path("tunnel_status")
                        .asText())
                .isEqualTo("connected"));
    }
}
