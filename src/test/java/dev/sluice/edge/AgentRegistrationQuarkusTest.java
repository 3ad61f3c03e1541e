package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class AgentRegistrationQuarkusTest {
    private static final String REGISTER = TestAgent.BASE + "/register";

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    @Test
    void anAgentIsOneClusterOverEitherTransport() {
        TestAgent agent = gateway.agent();

        JsonNode overHttp = agent.api().post(REGISTER, agent.registration()).json(200);
        String overSocket = agent.register(agent.open()) == null ? "" : agent.clusterId();
        JsonNode again = agent.api().post(REGISTER, agent.registration()).json(200);

        assertThat(overSocket).isEqualTo(overHttp.path("cluster_id").asText());
        assertThat(again.path("cluster_id")).isEqualTo(overHttp.path("cluster_id"));
        assertThat(again.path("registered_at")).isEqualTo(overHttp.path("registered_at"));
    }

    @Test
    void theAnswerHasEveryFieldOfTheContract() {
        TestAgent agent = gateway.agent();

        Reply reply = agent.api().post(REGISTER, agent.registration());

        JsonNode answer = reply.json(200);
        String id = answer.path("cluster_id").asText();
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(answer.path("success").booleanValue()).isTrue();
        assertThat(answer.path("message").isTextual()).isTrue();
        assertThat(answer.path("cluster_uuid").asText()).isEqualTo(id);
        assertThat(answer.path("name").asText()).isEqualTo("name of " + agent.agentId());
        assertThat(answer.path("status").asText()).isEqualTo("registered");
        assertThat(answer.path("tunnel_url").asText()).isEqualTo(gateway.uri() + "/api/v1/clusters/" + id + "/proxy");
        assertThat(answer.path("workspace_id").intValue()).isEqualTo(1);
        assertThat(OffsetDateTime.parse(answer.path("registered_at").asText())).isNotNull();
        JsonNode cluster = answer.path("cluster");
        assertThat(cluster.path("id").asText()).isEqualTo(id);
        assertThat(cluster.path("uuid").asText()).isEqualTo(id);
        assertThat(cluster.path("name")).isEqualTo(answer.path("name"));
        assertThat(cluster.path("status").isTextual()).isTrue();
        assertThat(cluster.path("agent_id").asText()).isEqualTo(agent.agentId());
        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
        assertThat(answer.path("websocket_available").booleanValue()).isTrue();
        assertThat(answer.path("websocket_url").asText())
                .isEqualTo("ws://%s/api/v1/clusters/agent/ws?agent_id=%s"
                        .formatted(gateway.uri().getAuthority(), agent.agentId()));
        assertThat(answer.path("fallback_mode").booleanValue()).isFalse();
        assertThat(reply.header("Sluice-Mode")).isEqualTo("websocket");
        assertThat(reply.header("Deprecation")).isNull();
    }

    @Test
    void theSocketsAnswerNamesTheRequest() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.open();

        socket.type("register", "my-request", agent.registration());

        JsonNode frame = socket.await("register_success", "my-request");
        assertThat(OffsetDateTime.parse(frame.path("timestamp").asText())).isNotNull();
        JsonNode payload = frame.path("payload");
        assertThat(payload.path("cluster_id")).isEqualTo(payload.path("cluster_uuid"));
        assertThat(payload.path("status").asText()).isEqualTo("registered");
        assertThat(payload.path("workspace_id").intValue()).isEqualTo(1);
        assertThat(payload.path("name").asText()).isEqualTo("name of " + agent.agentId());
        assertThat(payload.path("tunnel_url").asText())
                .contains(payload.path("cluster_id").asText());
        assertThat(OffsetDateTime.parse(payload.path("registered_at").asText())).isNotNull();
    }

    @Test
    void aNameIsHeldByOneAgentOfAWorkspaceOverEitherTransport() {
        TestAgent holder = gateway.agent().register();
        TestAgent other = gateway.agent().with("name", holder.registration().get("name"));
        AgentSocketClient socket = other.open();

        Reply overHttp = other.api().post(REGISTER, other.registration());
        socket.type("register", "r1", other.registration());
        JsonNode overSocket = socket.await("error", "r1");
        socket.type(
                "register", "r2", other.with("name", "free " + other.agentId()).registration());

        assertThat(overHttp.json(409).path("code").asText()).isEqualTo("name-taken");
        assertThat(overSocket.path("payload").path("code").asText()).isEqualTo("name-taken");
        assertThat(socket.await("register_success", "r2")
                        .path("payload")
                        .path("name")
                        .asText())
                .isEqualTo("free " + other.agentId());
    }

    @Test
    void theSameNamesInAnotherWorkspaceAreSomebodyElse() {
        TestAgent here = gateway.agent(gateway.agentToken(gateway.workspace())).register();
        int workspace = gateway.workspace();
        TestAgent there = gateway.agent(gateway.agentToken(workspace), here.agentId());

        JsonNode answer = there.api().post(REGISTER, there.registration()).json(200);

        assertThat(answer.path("workspace_id").intValue()).isEqualTo(workspace);
        assertThat(answer.path("cluster_id").asText()).isNotEqualTo(here.clusterId());
    }

    @Test
    void aTokenOfOneClusterRegistersThatClusterOnly() {
        int workspace = gateway.workspace();
        TestAgent agent = gateway.agent(gateway.agentToken(workspace)).register();
        TestAgent neighbour = gateway.agent(agent.token()).register();
        String bound = gateway.issue(TokenKind.AGENT, workspace, UUID.fromString(agent.clusterId()))
                .secret();
        TestAgent same = gateway.agent(bound, agent.agentId());
        TestAgent newcomer = gateway.agent(bound);

        same.connect();
        AgentSocketClient refused = newcomer.open();
        refused.type("register", "r1", newcomer.registration());

        assertThat(same.clusterId()).isEqualTo(agent.clusterId());
        assertThat(newcomer.api().post(REGISTER, newcomer.registration()).status())
                .isEqualTo(403);
        assertThat(refused.await("error", "r1").path("payload").path("code").asText())
                .isEqualTo("forbidden");
        assertThat(gateway.api(bound).get(neighbour.path("poll")).status()).isEqualTo(403);
        assertThat(gateway.api(bound).get(agent.path("poll")).status()).isEqualTo(200);
    }

    @Test
    void aTokenWithScopesRegistersOnlyWithThatScope() {
        int workspace = gateway.workspace();
        String with = gateway.issue(TokenKind.AGENT, workspace, null, "cluster:register")
                .secret();
        String without =
                gateway.issue(TokenKind.AGENT, workspace, null, "routes:write").secret();
        TestAgent may = gateway.agent(with);
        TestAgent mayNot = gateway.agent(without, may.agentId());

        may.register();
        AgentSocketClient socket = mayNot.open();
        socket.type("register", "r1", mayNot.registration());

        assertThat(mayNot.api()
                        .post(REGISTER, mayNot.registration())
                        .json(403)
                        .path("detail")
                        .asText())
                .contains("cluster:register");
        assertThat(socket.await("error", "r1").path("payload").path("code").asText())
                .isEqualTo("forbidden");
        assertThat(gateway.api(without).get(may.path("poll")).status()).isEqualTo(200);
    }

    @Test
    void theTokenMayStandInTheQuery() {
        TestAgent agent = gateway.agent();
        String query = "?token=" + agent.token();

        AgentSocketClient socket = AgentSocketClient.open(gateway.uri(), AgentSocketClient.PATH + query, (String) null);
        agent.register(socket);

        assertThat(gateway.anonymous().get(agent.path("poll") + query).status()).isEqualTo(200);
        socket.close();
    }

    @Test
    void aLibrarysWebSocketIsServedLikeOurOwn() throws Exception {
        TestAgent agent = gateway.agent();
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                answer.complete(text.toString());
                return WebSocket.Listener.super.onText(socket, text, last);
            }
        };
        URI address = URI.create("ws://" + gateway.uri().getAuthority() + AgentSocketClient.PATH);

        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + agent.token())
                .buildAsync(address, listener)
                .get(20, TimeUnit.SECONDS);
        socket.sendText(
                dev.sluice.testkit.Json.write(Map.of("type", "register", "payload", agent.registration())), true);

        assertThat(answer.get(20, TimeUnit.SECONDS)).contains("register_success");
        socket.abort();
    }
}
