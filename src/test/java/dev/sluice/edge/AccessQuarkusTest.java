package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.identity.BootstrapTokens;
import dev.sluice.identity.TokenBook.Issued;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.AgentSocketClient.Refused;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what, over either transport. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class AccessQuarkusTest {

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private Reply refusal(String query, @Nullable String token) {
        Refused refused = catchThrowableOfType(
                Refused.class, () -> AgentSocketClient.open(gateway.uri(), AgentSocketClient.PATH + query, token));
        assertThat(refused).as("refused").isNotNull();
        return refused.reply();
    }

    /** The same call to every kind of endpoint with that token. */
    private Map<String, Reply> everywhere(TestAgent agent, @Nullable String token) {
        var api = token == null ? gateway.anonymous() : gateway.api(token);
        Map<String, Reply> replies = new LinkedHashMap<>();
        replies.put("register", api.post(TestAgent.BASE + "/register", agent.registration()));
        replies.put("heartbeat", api.post(agent.path("heartbeat"), Map.of()));
        replies.put("poll", api.get(agent.path("poll")));
        replies.put("tunnel-info", api.get(agent.path("tunnel-info")));
        replies.put("ack", api.post(agent.path("commands/%s/ack".formatted(UUID.randomUUID())), Map.of()));
        replies.put("upgrade", refusal("?agent_id=" + agent.agentId(), token));
        return replies;
    }

    @Test
    void withoutATokenNothingIsServed() {
        TestAgent agent = gateway.agent().register();
        Map<String, Reply> replies = everywhere(agent, null);
        replies.put("commands", gateway.anonymous().get("/api/v1/clusters/%s/commands".formatted(agent.clusterId())));
        replies.put("clusters", gateway.anonymous().get("/api/v1/clusters"));

        replies.forEach((where, reply) -> {
            assertThat(reply.status()).as(where).isEqualTo(401);
            Problems.assertProblem(reply);
        });
    }

    @Test
    void aWrongTokenIsRefusedWhereverItStands() {
        TestAgent agent = gateway.agent().register();
        Map<String, Reply> replies = everywhere(agent, "sluice_agent_wrong");
        replies.put("in the query", gateway.anonymous().get(agent.path("poll?token=wrong")));
        replies.put("upgrade with a query", refusal("?token=wrong", null));
        replies.put("beside a good one", gateway.api("wrong").get(agent.path("poll?token=" + agent.token())));
        replies.put("garbled", gateway.anonymous().get(agent.path("poll?token=%F0%9F%92%A9%00%27")));

        replies.forEach((where, reply) -> {
            assertThat(reply.status()).as(where).isEqualTo(401);
            Problems.assertProblem(reply);
            assertThat(reply.text()).doesNotContain("sluice_agent_wrong");
        });
    }

    @Test
    void aTokenInTheQueryIsNoneWhereNobodyHasToSendItThere() {
        String token = "?token=dev-admin-token";

        for (String path : List.of("/api/v1/admin/tokens", "/api/v1/rollout", "/api/v1/clusters", "/api/v1/channels")) {
            assertThat(gateway.anonymous().get(path + token).status()).as(path).isEqualTo(401);
        }
        Map<String, Object> event = Map.of("channel", "queried", "event", "e", "data", 1);
        assertThat(gateway.anonymous().post("/api/v1/events" + token, event).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ws | GET",
                "/ws/native | GET",
                "/ws/somebody | GET",
                "/api/v1/clusters/agent/ws | GET",
                "/api/rag-status | GET, HEAD",
                "/api/v1/rollout/decision | GET",
                "/api/v1/sessions/some/messages | GET, POST",
            })
    void anotherMethodIsToldThoseThatThereAre(String path, String allowed) {
        Reply reply = gateway.anonymous().send("PATCH", path, null, new byte[0]);

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("allow")).isEqualTo(allowed);
    }

    @Test
    void anotherSchemeIsNoToken() {
        TestAgent agent = gateway.agent().register();
        for (String header :
                new String[] {"Basic ZGV2OmRldg==", "dev-agent-token", "Bearer", "Bearer ", "Bearerdev-agent-token"}) {
            Reply reply = Wire.exchange(
                    gateway.uri(),
                    "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
                            .formatted(agent.path("poll"), header));

            assertThat(reply.status()).as(header).isEqualTo(401);
            Problems.assertProblem(reply);
        }
        Reply lowerCase = Wire.exchange(
                gateway.uri(),
                "GET %s HTTP/1.1\r\nHost: x\r\nauthorization: bearer dev-agent-token\r\nConnection: close\r\n\r\n"
                        .formatted(agent.path("poll")));
        assertThat(lowerCase.status()).isEqualTo(200);
    }

    @Test
    void anExpiredTokenIsRefusedAndItsConnectionEnds() {
        int workspace = gateway.workspace();
        Issued shortLived = gateway.issueForSeconds(TokenKind.AGENT, workspace, 2);
        TestAgent agent = gateway.agent(shortLived.secret());
        AgentSocketClient socket = agent.connect();

        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> agent.api().get(agent.path("tunnel-info")).status() == 401);

        Problems.assertProblem(agent.api().get(agent.path("tunnel-info")));
        assertThat(refusal("", shortLived.secret()).status()).isEqualTo(401);
        assertThat(socket.awaitClose()).isEqualTo(4401);
    }

    @Test
    void tokensOfTheWrongKindAreForbidden() {
        TestAgent agent = gateway.agent().register();
        for (TokenKind kind : List.of(TokenKind.OPERATOR, TokenKind.PUBLISHER)) {
            String token = gateway.issue(kind, 1, null).secret();

            everywhere(agent, token).forEach((where, reply) -> {
                assertThat(reply.status()).as("%s on %s", kind, where).isEqualTo(403);
                Problems.assertProblem(reply);
            });
        }
        String commands = "/api/v1/clusters/%s/commands".formatted(agent.clusterId());
        for (TokenKind kind : List.of(TokenKind.AGENT, TokenKind.PUBLISHER)) {
            String token = gateway.issue(kind, 1, null).secret();

            assertThat(gateway.api(token).get(commands).status()).as("%s", kind).isEqualTo(403);
            assertThat(gateway.api(token).post(commands, Map.of("type", "t")).status())
                    .isEqualTo(403);
            assertThat(gateway.api(token).get("/api/v1/clusters").status()).isEqualTo(403);
        }
    }

    @Test
    void anAdminMayDoEverything() {
        TestAgent admin = gateway.agent("dev-admin-token");

        admin.connect();

        assertThat(admin.poll("").status()).isEqualTo(200);
        assertThat(gateway.admin().get("/api/v1/clusters").status()).isEqualTo(200);
    }

    @Test
    void clustersOfAnotherWorkspaceAreForbidden() {
        TestAgent agent = gateway.agent(gateway.agentToken(gateway.workspace())).register();
        String id = gateway.command(agent, Map.of());
        String stranger = gateway.agentToken(gateway.workspace());
        var operator = gateway.operator(gateway.workspace());
        String commands = "/api/v1/clusters/%s/commands".formatted(agent.clusterId());

        Map<String, Reply> replies = new LinkedHashMap<>();
        replies.put("heartbeat", gateway.api(stranger).post(agent.path("heartbeat"), Map.of()));
        replies.put("poll", gateway.api(stranger).get(agent.path("poll")));
        replies.put("tunnel-info", gateway.api(stranger).get(agent.path("tunnel-info")));
        replies.put("ack", gateway.api(stranger).post(agent.path("commands/" + id + "/ack"), Map.of()));
        replies.put(
                "result",
                gateway.api(stranger).post(agent.path("commands/" + id + "/result"), Map.of("success", true)));
        replies.put("commands", operator.get(commands));
        replies.put("command", operator.get(commands + "/" + id));
        replies.put("order", operator.post(commands, Map.of("type", "t")));
        replies.put("cancel", operator.delete(commands + "/" + id));

        replies.forEach((where, reply) -> {
            assertThat(reply.status()).as(where).isEqualTo(403);
            Problems.assertProblem(reply);
        });
        assertThat(gateway.seen(agent, id).path("status").asText()).isEqualTo("queued");
        assertThat(operator.get("/api/v1/clusters").json(200).path("clusters")).isEmpty();
    }

    @Test
    void aTokenFromTheEnvironmentIsNotRevokedHere() {
        for (UUID fixed : List.of(BootstrapTokens.FIXED_ADMIN_ID, BootstrapTokens.FIXED_AGENT_ID)) {
            Reply reply = gateway.admin().delete("/api/v1/admin/tokens/" + fixed);

            assertThat(reply.json(409).path("code").asText()).isEqualTo("token-fixed");
            assertThat(reply.json().path("detail").asText()).contains("SLUICE_AGENT_TOKEN");
            Problems.assertProblem(reply);
        }
        gateway.agent().register();
    }

    @Test
    void revokingATokenEndsWhatItHoldsOpen() throws Exception {
        int workspace = gateway.workspace();
        Issued issued = gateway.issue(TokenKind.AGENT, workspace, null);
        TestAgent onSocket = gateway.agent(issued.secret());
        AgentSocketClient serving = onSocket.connect();
        AgentSocketClient greeting = gateway.agent(issued.secret()).open();
        TestAgent polling = gateway.agent(issued.secret()).register();
        CompletableFuture<Reply> parked = polling.pollLater("?wait=60");
        AgentSocketClient bystander = gateway.agent().connect();

        gateway.revoke(issued.token().id());

        assertThat(serving.awaitClose()).isEqualTo(4401);
        assertThat(greeting.awaitClose()).isEqualTo(4401);
        parked.get(20, TimeUnit.SECONDS);
        assertThat(polling.poll("").status()).isEqualTo(401);
        assertThat(refusal("?agent_id=" + onSocket.agentId(), issued.secret()).status())
                .isEqualTo(401);
        bystander.type("ping", "p", Map.of());
        bystander.await("pong", "p");
    }

    @Test
    void aBrowsersOriginMustBeOnTheList() {
        TestAgent agent = gateway.agent();
        Map<String, String> foreign =
                Map.of("Authorization", "Bearer " + agent.token(), "Origin", "https://evil.example");
        Map<String, String> own = Map.of(
                "Authorization",
                "Bearer " + agent.token(),
                "Origin",
                gateway.uri().toString());

        Refused refused = catchThrowableOfType(
                Refused.class, () -> AgentSocketClient.open(gateway.uri(), AgentSocketClient.PATH, foreign));

        assertThat(refused.reply().json(403).path("code").asText()).isEqualTo("origin-forbidden");
        AgentSocketClient.open(gateway.uri(), AgentSocketClient.PATH, own).close();
    }
}
