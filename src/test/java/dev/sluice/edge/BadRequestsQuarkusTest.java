package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Json;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client should send over HTTP. Whatever it is, it gets a problem document, and the gateway goes on. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class BadRequestsQuarkusTest {
    private static final int BODY_LIMIT = 10 << 20;

    @Inject
    Gateway gateway;

    private TestAgent agent;

    @BeforeEach
    void anAgent() {
        agent = gateway.agent().register();
    }

    @AfterEach
    void theGatewayStillAnswers() {
        assertThat(agent.poll("").status()).isIn(200, 429);
        assertThat(gateway.agent().register().poll("").status()).isEqualTo(200);
        gateway.restore();
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                arguments("half an object", "{"),
                arguments("no JSON", "hello"),
                arguments("two objects", "{}{}"),
                arguments("something behind it", "{} ;"),
                arguments("single quotes", "{'agent_id':'a'}"),
                arguments("a bare NUL", "{\"agent_id\":\"a\0b\"}"),
                arguments("only white space", "   \n "),
                arguments("only NULs", "\0\0\0\0"),
                arguments("duplicate keys", "{\"agent_id\":\"a\",\"agent_id\":\"b\"}"),
                arguments("a number", "7"),
                arguments("a text", "\"agent\""),
                arguments("null", "null"),
                arguments("an array", "[]"),
                arguments("NaN", "{\"n\":NaN}"),
                arguments("brackets without end", "[".repeat(100_000)),
                arguments("a deep object", "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)),
                arguments("5,000 digits", "{\"n\":" + "9".repeat(5_000) + "}"),
                arguments("a key of 100,000 characters", "{\"" + "k".repeat(100_000) + "\":1}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void aBadBodyIsRefused(String name, String body) {
        Reply reply = agent.api().postText(TestAgent.BASE + "/register", body);

        assertThat(reply.status()).isEqualTo(400);
        Problems.assertProblem(reply);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0xc0, 0xed, 0xf8, 0xfe})
    void invalidUtf8IsRefused(int lead) {
        byte[] body = "{\"agent_id\":\"?\",\"name\":\"n\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[13] = (byte) lead;

        Reply reply = agent.api().send("POST", TestAgent.BASE + "/register", "application/json", body);

        assertThat(reply.status()).isEqualTo(400);
        Problems.assertProblem(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense", "*/*"})
    void whatIsNoJsonAndSaysSoIsRefused(String type) {
        byte[] other = "agent_id=a&name=b".getBytes(StandardCharsets.UTF_8);
        byte[] json = "{\"status\":\"available\"}".getBytes(StandardCharsets.UTF_8);

        Reply reply = agent.api().send("POST", TestAgent.BASE + "/register", type, other);

        assertThat(reply.status()).isEqualTo(415);
        Problems.assertProblem(reply);
        // What is JSON is read as such, whatever somebody's HTTP library calls it.
        assertThat(agent.api().send("POST", agent.path("heartbeat"), type, json).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "APPLICATION/JSON",
                "application/problem+json"
            })
    void everyKindOfJsonIsRead(String type) {
        Reply reply = agent.api().send("POST", agent.path("heartbeat"), type, new byte[] {'{', '}'});

        assertThat(reply.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Expect: 100-continue\r\n"})
    void aBodyThatSaysItIsTooLargeIsRefusedBeforeItComes(String expects) {
        Reply reply = Wire.exchange(
                gateway.uri(),
                head("POST", agent.path("heartbeat"))
                        + expects
                        + "Content-Length: %d\r\nContent-Type: application/json\r\n\r\n".formatted(BODY_LIMIT + 1));

        assertThat(reply.status()).isEqualTo(413);
        Problems.assertProblem(reply);
    }

    @Test
    void whoAsksBeforeItSendsABodyIsRefusedWithoutIt() {
        Reply reply = Wire.exchange(
                gateway.uri(),
                "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");

        assertThat(reply.status()).isEqualTo(401);
        Problems.assertProblem(reply);
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefusedWhileItComes() throws IOException {
        byte[] chunk = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        try (Wire wire = new Wire(gateway.uri())) {
            wire.write((head("POST", agent.path("heartbeat"))
                            + "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i <= 10; i++) {
                wire.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                wire.write(chunk);
                wire.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }

            Reply reply = wire.readReply();

            assertThat(reply.status()).isEqualTo(413);
            Problems.assertProblem(reply);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/sessions", "/api/v1/telemetry", "/socket.io/"})
    void whoeverGoesOnSendingWhatWasRefusedIsCutOff(String path) throws IOException {
        String query = path.startsWith("/socket.io") ? "?EIO=4&transport=polling&sid=" + engineSession() : "";
        try (Wire wire = new Wire(gateway.uri())) {
            wire.write("POST %s%s HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\n\r\n{"
                    .formatted(path, query, 1L << 40)
                    .getBytes(StandardCharsets.ISO_8859_1));

            assertThat(wire.readReply().status()).isEqualTo(413);
            Awaitility.await().atMost(15, TimeUnit.SECONDS).untilAsserted(() -> assertThatThrownBy(
                            () -> wire.write(new byte[] {' '}))
                    .isInstanceOf(IOException.class));
        }
    }

    private String engineSession() throws IOException {
        String open =
                gateway.anonymous().get("/socket.io/?EIO=4&transport=polling").text();
        return Json.read(open.substring(1)).path("sid").asText();
    }

    /** Whatever it was refused for, the next request on its connection is none of its body's business. */
    @Test
    void aRefusedBodyThatComesWholeCostsNobodyTheConnection() throws IOException {
        byte[] unauthorized = "POST /api/v1/events HTTP/1.1\r\nHost: gateway\r\nContent-Length: 2\r\n\r\n{}"
                .getBytes(StandardCharsets.ISO_8859_1);
        try (Wire wire = new Wire(gateway.uri())) {
            for (int i = 0; i < 3; i++) {
                wire.write(unauthorized);

                Reply reply = wire.readReply();

                assertThat(reply.status()).isEqualTo(401);
                assertThat(reply.header("connection")).isNull();
            }
        }
    }

    @Test
    void aClientThatSendsTooMuchHearsWhy() {
        Reply reply = agent.api().send("POST", agent.path("heartbeat"), "application/json", new byte[BODY_LIMIT + 1]);

        assertThat(reply.status()).isEqualTo(413);
        Problems.assertProblem(reply);
    }

    private String head(String method, String path) {
        return "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n"
                .formatted(method, path, agent.token());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nowhere",
                "/api/v1/clusters/agent",
                "/api/v1/clusters/agent/%00/poll",
                "/api/v1/clusters/agent/{id}%00/poll",
                "/api/v1/clusters/agent/{id}/../../admin",
                "/api/v1/clusters/agent/../../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/api/v1/clusters/agent/{id}/commands/%2e%2e/ack",
                "/api/v1/clusters/agent/{id}/commands/..%2f..%2f/ack",
                "/api/v1/clusters/agent/'%20or%201=1--/poll",
                "/api/v1/clusters/agent/%F0%9F%92%A9/poll",
                "/api/v1/clusters/agent/%ff%fe/poll",
                "/api/v1/clusters/agent/0/poll",
                "/api/v1/clusters/agent/1-1-1-1-1/poll",
                "/api/v1/clusters/{id}/poll;x=1",
                "/q/metrics",
                "/q/health"
            })
    void aPathOfGarbageIsAProblem(String path) {
        Reply reply = Wire.exchange(gateway.uri(), head("GET", path.replace("{id}", agent.clusterId())) + "\r\n");

        assertThat(reply.status()).isBetween(400, 405);
        Problems.assertProblem(reply);
    }

    /** What is no URI is refused by the listener itself, before anything of ours is asked: without a document. */
    @ParameterizedTest
    @ValueSource(
            strings = {"//", "/api/v1/clusters/agent/%zz/poll", "/api/v1/clusters/%/commands", "/nowhere?token=%zz"})
    void whatIsNoUriIsRefused(String target) {
        Reply reply = Wire.exchange(gateway.uri(), head("GET", target) + "\r\n");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).isEmpty();
    }

    @Test
    void aPathOfForeverIsRefused() {
        Reply reply = Wire.exchange(gateway.uri(), head("GET", "/" + "a".repeat(60_000)) + "\r\n");

        assertThat(reply.status()).isBetween(400, 431);
        Problems.assertHidesTheInside(reply.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%ff", "a&token=b", "&&&", "=", "%C3%28"})
    void aTokenOfGarbageIsUnauthorized(String token) {
        Reply reply = Wire.exchange(
                gateway.uri(),
                "GET %s?token=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .formatted(agent.path("poll"), token));

        assertThat(reply.status()).isIn(400, 401);
        Problems.assertProblem(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=-1", "wait=x", "wait=1.5", "wait=%00", "wait=%F0%9F%92%A9", "wait=1e3"})
    void aWaitOfGarbageIsRefused(String query) {
        Reply reply = agent.poll("?" + query);

        assertThat(reply.json(400).path("field").asText()).isEqualTo("wait");
        Problems.assertProblem(reply);
    }

    @Test
    void anInstanceOfGarbageIsRefused() {
        Reply reply = agent.poll("?instance_id=" + "x".repeat(2_000));
        Reply control = agent.poll("?instance_id=a%00b");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(control.status()).isEqualTo(400);
        Problems.assertProblem(reply);
    }

    @Test
    void aMethodThatIsNotThereIsToldWhichAre() {
        Reply reply = agent.api().delete(agent.path("poll"));

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).contains("GET");
        Problems.assertProblem(reply);
    }

    @Test
    void theSocketsAddressWithoutAnUpgradeSaysSo() {
        Reply reply = agent.api().get(TestAgent.BASE + "/ws");

        assertThat(reply.status()).isEqualTo(426);
        assertThat(reply.header("Upgrade")).isEqualTo("websocket");
        Problems.assertProblem(reply);
    }

    static Stream<Arguments> handshakesThatAreNone() {
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        String connection = "Connection: Upgrade\r\n";
        List<String> sockets = List.of(TestAgent.BASE + "/ws", "/ws", "/socket.io/?EIO=4&transport=websocket");
        return sockets.stream()
                .flatMap(path -> Stream.of(
                        arguments(path, connection + key + "Sec-WebSocket-Version: 12\r\n", 426),
                        arguments(path, connection + key + "Sec-WebSocket-Version: 8\r\n", 426),
                        arguments(path, connection + key, 426),
                        arguments(path, connection + "Sec-WebSocket-Version: 13\r\n", 400),
                        arguments(path, key + "Sec-WebSocket-Version: 13\r\nConnection: close\r\n", 400)));
    }

    @ParameterizedTest
    @MethodSource("handshakesThatAreNone")
    void anUpgradeThatIsNoneIsRefused(String path, String headers, int status) {
        Reply reply = Wire.exchange(
                gateway.uri(),
                "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nUpgrade: websocket\r\n%s\r\n"
                        .formatted(path, path.startsWith(TestAgent.BASE) ? agent.token() : "dev-admin-token", headers));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("Sec-WebSocket-Version")).isEqualTo(status == 426 ? "13" : null);
        Problems.assertProblem(reply);
    }

    @Test
    void idsOfOtherClustersOpenNothing() {
        TestAgent other = gateway.agent(gateway.agentToken(gateway.workspace())).register();
        String theirs = gateway.command(other, java.util.Map.of());

        assertThat(agent.acknowledge(theirs).status()).isEqualTo(404);
        assertThat(gateway.admin()
                        .get("/api/v1/clusters/%s/commands/%s".formatted(agent.clusterId(), theirs))
                        .status())
                .isEqualTo(404);
        assertThat(gateway.admin()
                        .delete("/api/v1/clusters/%s/commands/%s".formatted(agent.clusterId(), theirs))
                        .status())
                .isEqualTo(404);
        assertThat(gateway.admin()
                        .get("/api/v1/clusters/%s/commands".formatted(UUID.randomUUID()))
                        .status())
                .isEqualTo(404);
        assertThat(gateway.seen(other, theirs).path("status").asText()).isEqualTo("queued");
    }

    @Test
    void guessingTokensIsBoundedByAddress() throws IOException {
        // Another loopback address than the other tests have: its budget is spent for a while.
        InetAddress guesser = InetAddress.getByName("127.0.3.7");
        String guess =
                "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess\r\n\r\n".formatted(agent.path("poll"));
        int guesses = 600;

        Awaitility.await().pollInSameThread().atMost(60, TimeUnit.SECONDS).until(() -> {
            try (Wire wire = new Wire(gateway.uri(), guesser)) {
                wire.write(guess.repeat(guesses).getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < guesses; i++) {
                    Reply reply = wire.readReply();
                    assertThat(reply.status()).isIn(401, 429);
                    Problems.assertProblem(reply);
                    if (reply.status() == 429) {
                        return true;
                    }
                }
            }
            return false;
        });
        assertThat(agent.poll("").status()).isEqualTo(200);
    }

    @Test
    void whoeverAsksWhetherToSendABodyIsTold() throws Exception {
        try (Wire wire = new Wire(gateway.uri())) {
            wire.write(("POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(wire.readHead().status()).isEqualTo(100);

            wire.write("{}".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(wire.readReply().status()).isEqualTo(201);
        }
    }
}
