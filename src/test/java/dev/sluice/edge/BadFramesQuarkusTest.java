package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Json;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no agent should send over its socket. Whatever it is, the gateway goes on. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class BadFramesQuarkusTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final String LONG = "x".repeat(300);

    @Inject
    Gateway gateway;

    @AfterEach
    void theGatewayStillAnswers() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();
        socket.type("heartbeat", "still there", Map.of());
        socket.await("heartbeat_ack", "still there");
        gateway.restore();
    }

    // --- answered with an error, and the connection lives on ---

    static Stream<Arguments> badFrames() {
        String id = UUID.randomUUID().toString();
        return Stream.of(
                arguments("nothing", "", "malformed-json"),
                arguments("no JSON", "hello", "malformed-json"),
                arguments("half an object", "{\"type\":\"heartbeat\"", "malformed-json"),
                arguments("an array", "[{\"type\":\"heartbeat\"}]", "malformed-json"),
                arguments("a number", "7", "malformed-json"),
                arguments("null", "null", "malformed-json"),
                arguments("two objects", "{\"type\":\"heartbeat\"}{\"type\":\"heartbeat\"}", "malformed-json"),
                arguments("something behind it", "{\"type\":\"heartbeat\"} ;", "malformed-json"),
                arguments("single quotes", "{'type':'heartbeat'}", "malformed-json"),
                arguments("a bare NUL", "{\"type\":\"heart\0beat\"}", "malformed-json"),
                arguments("a comment", "/* */{\"type\":\"heartbeat\"}", "malformed-json"),
                arguments("NaN", "{\"type\":\"x\",\"payload\":{\"n\":NaN}}", "malformed-json"),
                arguments("brackets without end", "[".repeat(100_000), "malformed-json"),
                arguments(
                        "a deep payload",
                        "{\"type\":\"heartbeat\",\"payload\":{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}}",
                        "malformed-json"),
                arguments(
                        "a deep unknown field",
                        "{\"extra\":" + "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000) + ",\"type\":\"heartbeat\"}",
                        "malformed-json"),
                arguments(
                        "a number of 5,000 digits",
                        "{\"type\":\"command_result\",\"payload\":{\"success\":true,\"output\":" + "9".repeat(5_000)
                                + "}}",
                        "malformed-json"),
                arguments("no type", "{}", "missing-field"),
                arguments("a null type", "{\"type\":null}", "missing-field"),
                arguments("an empty type", "{\"type\":\"\"}", "missing-field"),
                arguments("a number for a type", "{\"type\":7}", "invalid-field"),
                arguments("an object for a type", "{\"type\":{\"a\":1}}", "invalid-field"),
                arguments("a number for a request_id", "{\"type\":\"ping\",\"request_id\":7}", "invalid-field"),
                arguments("a long request_id", "{\"type\":\"ping\",\"request_id\":\"" + LONG + "\"}", "invalid-field"),
                arguments("a text for a payload", "{\"type\":\"status\",\"payload\":\"x\"}", "invalid-field"),
                arguments("an array for a payload", "{\"type\":\"status\",\"payload\":[]}", "invalid-field"),
                arguments("an unknown type", "{\"type\":\"proxy_everything\"}", "unknown-type"),
                arguments("a type of the gateway's", "{\"type\":\"command\",\"payload\":{}}", "unknown-type"),
                arguments("a type with a NUL", "{\"type\":\"a\\u0000b\"}", "unknown-type"),
                arguments("a long type", "{\"type\":\"" + LONG + "\"}", "unknown-type"),
                arguments("a huge number", "{\"type\":\"x\",\"payload\":{\"n\":1e999999999}}", "unknown-type"),
                arguments("a lone surrogate", "{\"type\":\"\\ud83d\"}", "unknown-type"),
                arguments("an ack of nothing", "{\"type\":\"command_ack\"}", "missing-field"),
                arguments("an ack of no id", "{\"type\":\"command_ack\",\"request_id\":\"x\"}", "invalid-field"),
                arguments(
                        "an ack of a stranger",
                        "{\"type\":\"command_ack\",\"request_id\":\"" + id + "\"}",
                        "command-not-found"),
                result(id, "{}", "missing-field"),
                result(id, "{\"success\":null}", "missing-field"),
                result(id, "{\"success\":\"true\"}", "invalid-field"),
                result(id, "{\"success\":1}", "invalid-field"),
                result(id, "{\"success\":true,\"metadata\":[]}", "invalid-field"),
                result(id, "{\"success\":true,\"metadata\":\"x\"}", "invalid-field"),
                result(id, "{\"success\":true,\"timestamp\":\"yesterday\"}", "invalid-field"),
                result(id, "{\"success\":true,\"timestamp\":7}", "invalid-field"),
                result(id, "{\"success\":true,\"timestamp\":\"+999999999-01-01T00:00:00Z\"}", "command-not-found"));
    }

    private static Arguments result(String id, String payload, String code) {
        String frame = "{\"type\":\"command_result\",\"request_id\":\"%s\",\"payload\":%s}".formatted(id, payload);
        return arguments("a result of " + payload, frame, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFrames")
    void aBadFrameIsAnsweredAndTheConnectionLives(String name, String frame, String code) {
        AgentSocketClient socket = gateway.agent().connect();

        socket.sendText(frame);

        Problems.assertError(socket.await("error"), code);
        socket.type("ping", "alive", Map.of());
        socket.await("pong", "alive");
    }

    @Test
    void anErrorNamesTheRequestWhereThereIsOne() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.sendText("{\"type\":\"nonsense\",\"request_id\":\"r7\"}");

        Problems.assertError(socket.await("error", "r7"), "unknown-type");
    }

    /** RFC 6455 would have the connection fail; Vert.x lets them pass where compression may be negotiated. */
    @Test
    void reservedBitsAreNoMessage() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.sendRaw(new byte[] {(byte) 0xf1, (byte) 0x80, 0, 0, 0, 0});

        Awaitility.await()
                .until(() -> socket.closed() || !socket.untaken("error").isEmpty());
    }

    @Test
    void ofDuplicateKeysEitherMayCountButOneAnswerComes() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.sendText("{\"type\":\"ping\",\"type\":\"ping\",\"request_id\":\"a\",\"request_id\":\"b\"}");

        JsonNode answer = socket.await("an answer", frame -> true);
        assertThat(answer.path("type").asText()).isIn("pong", "error");
    }

    @Test
    void binaryIsNotUnderstood() {
        AgentSocketClient socket = gateway.agent().connect();

        socket.sendBinary("{\"type\":\"heartbeat\"}".getBytes(StandardCharsets.UTF_8));
        socket.sendBinary(new byte[] {0, -1, 127, -128, 0});
        socket.sendBinary(new byte[0]);

        for (int i = 0; i < 3; i++) {
            Problems.assertError(socket.await("error"), "invalid-request");
        }
        socket.type("ping", "alive", Map.of());
        socket.await("pong", "alive");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0xc0, 0xed, 0xf8})
    void invalidUtf8IsAnErrorOrTheEnd(int lead) {
        AgentSocketClient socket = gateway.agent().connect();
        byte[] frame = "{\"type\":\"heartbeat\",\"request_id\":\"?\"}".getBytes(StandardCharsets.ISO_8859_1);
        frame[frame.length - 3] = (byte) lead;

        socket.sendText(frame);

        Awaitility.await()
                .until(() -> socket.closed() || !socket.untaken("error").isEmpty());
        socket.untaken("error").forEach(error -> Problems.assertError(error, "malformed-json"));
    }

    static Stream<Arguments> badRegistrations() {
        Map<String, Object> labels = new HashMap<>();
        IntStream.range(0, 65).forEach(i -> labels.put("label" + i, "x"));
        return Stream.of(
                arguments("agent_id", null),
                arguments("agent_id", ""),
                arguments("agent_id", "  "),
                arguments("agent_id", 7),
                arguments("agent_id", List.of("a")),
                arguments("agent_id", "a\0b"),
                arguments("agent_id", "a\nb"),
                arguments("agent_id", LONG),
                arguments("name", null),
                arguments("name", " "),
                arguments("name", true),
                arguments("name", Map.of()),
                arguments("name", "a\0b"),
                arguments("name", LONG),
                arguments("instance_id", 7),
                arguments("instance_id", "a\0b"),
                arguments("instance_id", LONG),
                arguments("features", "all"),
                arguments("features", List.of("supports_switch")),
                arguments("supports_switch", Map.of("supports_switch", "yes")),
                arguments("supports_polling", Map.of("supports_polling", 1)),
                arguments("labels", "a=b"),
                arguments("labels", List.of("a")),
                arguments("labels", labels),
                arguments("a", Map.of("a", 7)),
                arguments("labels", Map.of("a\0b", "x")),
                arguments("a", Map.of("a", "x\0y")),
                arguments("payload", "p".repeat(70_000)));
    }

    @ParameterizedTest
    @MethodSource("badRegistrations")
    void aWrongFieldIsNamedOverEitherTransport(String field, @Nullable Object value) {
        TestAgent agent = gateway.agent();
        Map<String, Object> bad = new HashMap<>(agent.registration());
        String top =
                switch (field) {
                    case "supports_switch", "supports_polling" -> "features";
                    case "a" -> "labels";
                    default -> field;
                };
        bad.put(top, value);
        AgentSocketClient socket = agent.open("");

        Reply overHttp = agent.api().post(TestAgent.BASE + "/register", bad);
        socket.type("register", "r1", bad);
        JsonNode error = socket.await("error", "r1").path("payload");

        Problems.assertProblem(overHttp);
        assertThat(overHttp.json(400).path("field").asText()).isEqualTo(field);
        assertThat(error.path("code")).isEqualTo(overHttp.json().path("code"));
        assertThat(error.path("field").asText()).isEqualTo(field);
        agent.register(socket);
    }

    @Test
    void beforeRegisterNothingElseIsServedAndTheConnectionLives() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.open();

        for (String type : List.of("heartbeat", "status", "command_ack", "command_result")) {
            socket.type(type, type, Map.of("success", true));
            Problems.assertError(socket.await("error", type), "not-registered");
        }

        agent.register(socket);
    }

    @Test
    void theOldestAgentsSendNamesOfAllScripts() {
        TestAgent agent = gateway.agent().with("name", "Кластер 集群 🚀 " + UUID.randomUUID());

        agent.connect();

        assertThat(agent.api()
                        .post(TestAgent.BASE + "/register", agent.registration())
                        .json(200)
                        .path("name"))
                .isEqualTo(Json.read(Json.write(agent.registration().get("name"))));
    }

    // --- closed, with the code that says why ---

    @Test
    void moreThanTwentyMalformedOnesAreTheEnd() {
        AgentSocketClient socket = gateway.agent().connect();

        for (int i = 0; i < 20; i++) {
            socket.sendText("{");
            socket.await("error");
        }
        assertThat(socket.closed()).isFalse();
        socket.sendText("{\"type\":\"nonsense\"}");

        assertThat(socket.awaitClose()).isEqualTo(4400);
    }

    @Test
    void aMessageMayHaveAMebibyteAndNotOneByteMore() {
        AgentSocketClient socket = gateway.agent().connect();
        byte[] most = padded("{\"type\":\"ping\",\"request_id\":\"big\"}", MEBIBYTE);

        socket.sendText(most);
        socket.await("pong", "big");
        socket.sendText(Arrays.copyOf(most, MEBIBYTE + 1));

        assertThat(socket.awaitClose()).isEqualTo(1009);
    }

    @Test
    void aMessageThatGrowsTooLargeInPartsIsTheEnd() {
        AgentSocketClient socket = gateway.agent().connect();
        byte[] part = padded("", 400_000);

        socket.sendFragments(part, part, part);

        assertThat(socket.awaitClose()).isEqualTo(1009);
    }

    private static byte[] padded(String text, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) ' ');
        byte[] start = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(start, 0, bytes, 0, start.length);
        return bytes;
    }

    static Stream<Arguments> brokenFrames() {
        return Stream.of(
                arguments("not masked", new byte[] {(byte) 0x81, 2, '{', '}'}),
                arguments("a reserved opcode", new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0}),
                arguments("a continuation of nothing", new byte[] {(byte) 0x80, (byte) 0x80, 0, 0, 0, 0}),
                arguments("a ping in parts", new byte[] {0x09, (byte) 0x80, 0, 0, 0, 0}),
                arguments(
                        "a length of 2^63",
                        new byte[] {(byte) 0x81, (byte) 0xff, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                arguments(
                        "a length of 2^40", new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                arguments("a close of one byte", new byte[] {(byte) 0x88, (byte) 0x81, 0, 0, 0, 0, 3}),
                arguments("a close of a reserved code", new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xed
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFrames")
    void aFrameThatIsNoneIsTheEnd(String name, byte[] bytes) {
        AgentSocketClient socket = gateway.agent().connect();

        socket.sendRaw(bytes);

        assertThat(socket.awaitClose()).isNotEqualTo(1011);
    }

    @Test
    void anotherAgentOnTheSameConnectionIsTheEnd() {
        TestAgent agent = gateway.agent();
        TestAgent other = gateway.agent();
        AgentSocketClient socket = agent.connect();

        agent.register(socket);
        socket.type("register", "r2", other.registration());

        Problems.assertError(socket.await("error", "r2"), "agent-id-mismatch");
        assertThat(socket.awaitClose()).isEqualTo(4400);
    }

    @Test
    void anotherAgentThanTheUpgradeNamedIsTheEnd() {
        TestAgent agent = gateway.agent();
        TestAgent other = gateway.agent();
        AgentSocketClient socket = agent.open();

        socket.type("register", "r1", other.registration());

        Problems.assertError(socket.await("error", "r1"), "agent-id-mismatch");
        assertThat(socket.awaitClose()).isEqualTo(4400);
    }

    @Test
    void whoeverDoesNotRegisterInTimeIsClosed() {
        AgentSocketClient silent = gateway.agent().open();
        AgentSocketClient chatty = gateway.agent().open();

        chatty.type("ping", "p", Map.of());
        chatty.await("pong", "p");

        assertThat(silent.awaitClose()).isEqualTo(4408);
        assertThat(chatty.awaitClose()).isEqualTo(4408);
    }

    @Test
    void whoeverFallsSilentIsClosedAndServedByPolling() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();

        socket.keepSilent();

        assertThat(socket.awaitClose()).isEqualTo(4408);
        assertThat(agent.api()
                        .get(agent.path("tunnel-info"))
                        .json(200)
                        .path("tunnel_status")
                        .asText())
                .isEqualTo("disconnected");
        assertThat(agent.poll("").json(200).path("mode").asText()).isEqualTo("polling");
    }

    @Test
    void aFloodIsTheEndAndSpendsThePollsBudgetAsWell() {
        // By the time the polls arrive the budget has begun to fill again; how far is the machine's business.
        Awaitility.await().pollInSameThread().atMost(60, TimeUnit.SECONDS).until(this::aPollIsRefusedAfterAFlood);
    }

    private boolean aPollIsRefusedAfterAFlood() throws IOException {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();
        byte[] ping = "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1_000; i++) {
            socket.sendText(ping);
        }
        assertThat(socket.awaitClose()).isEqualTo(4429);
        String request = "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(agent.path("tunnel-info"), agent.token());
        int fewerThanABurst = 150;
        try (Wire wire = new Wire(gateway.uri())) {
            wire.write(request.repeat(fewerThanABurst).getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < fewerThanABurst; i++) {
                Reply reply = wire.readReply();
                if (reply.status() == 429) {
                    Problems.assertProblem(reply);
                    assertThat(reply.header("Sluice-Mode")).isNotNull();
                    return true;
                }
            }
        }
        return false;
    }
}
