package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Json;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators' side of commands. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class CommandsQuarkusTest {

    @Inject
    Gateway gateway;

    private Api operator;
    private TestAgent agent;
    private String commands;

    @BeforeEach
    void anAgentAndItsOperator() {
        int workspace = gateway.workspace();
        operator = gateway.operator(workspace);
        agent = gateway.agent(gateway.agentToken(workspace)).register();
        commands = "/api/v1/clusters/%s/commands".formatted(agent.clusterId());
    }

    @AfterEach
    void restore() {
        gateway.restore();
    }

    @Test
    void acceptedIsDurableAndCanBeLookedUp() {
        Reply accepted = operator.post(commands, Map.of("type", "echo", "payload", Map.of("text", "hello")));

        String id = accepted.json(202).path("id").asText();
        JsonNode seen = operator.get(commands + "/" + id).json(200);
        assertThat(seen.path("id").asText()).isEqualTo(id);
        assertThat(seen.path("cluster_id").asText()).isEqualTo(agent.clusterId());
        assertThat(seen.path("type").asText()).isEqualTo("echo");
        assertThat(seen.path("payload").path("text").asText()).isEqualTo("hello");
        assertThat(seen.path("status").asText()).isEqualTo("queued");
        assertThat(time(seen, "expires_at")).isEqualTo(time(seen, "created_at").plusHours(24));
    }

    private static OffsetDateTime time(JsonNode command, String field) {
        return OffsetDateTime.parse(command.path(field).asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "\"text\"",
                "\"\"",
                "{\"\":{\"\":[]}}",
                "{\"emoji\":\"👩‍👩‍👧‍👦 ünïcode \\u2028 \\u0000 \\ud83d\\ude00 \\\"quoted\\\" \\\\\"}",
                "123456789012345678901234567890",
                "-0.1000",
                "100.00",
                "0.12345678901234567890123456789",
                "1.7976931348623157E+400",
                "{\"a\":9007199254740993,\"b\":[1.10,2.50]}"
            })
    void thePayloadArrivesAsItWasSentOverEitherTransport(String payload) {
        JsonNode sent = Json.read(payload);
        String id = operator.postText(commands, "{\"type\":\"t\",\"payload\":%s}".formatted(payload))
                .json(202)
                .path("id")
                .asText();

        JsonNode polled = agent.poll("").json(200).path("commands").get(0).path("payload");
        AgentSocketClient socket = agent.connect();
        JsonNode pushed = socket.await("command", id).path("payload").path("payload");
        JsonNode seen = operator.get(commands + "/" + id).json(200).path("payload");

        // As text: 100.00 and 1E+2 are equal numbers, and not the same to an agent that reads an integer.
        String expected = sent.isNull() ? "{}" : sent.toString();
        assertThat(polled).hasToString(expected);
        assertThat(pushed).hasToString(expected);
        assertThat(seen).hasToString(expected);
    }

    @Test
    void withoutAPayloadItIsAnEmptyObject() {
        operator.post(commands, Map.of("type", "t")).json(202);

        assertThat(agent.poll("").json(200).path("commands").get(0).path("payload"))
                .isEqualTo(Json.read("{}"));
    }

    @Test
    void aRepeatedKeyWithTheSameBodyIsTheSameCommand() {
        Map<String, Object> body = Map.of("type", "t", "payload", Map.of("a", 1), "idempotency_key", "key");

        String first = operator.post(commands, body).json(202).path("id").asText();
        agent.poll("").json(200);
        String second = operator.post(commands, body).json(202).path("id").asText();

        assertThat(second).isEqualTo(first);
        assertThat(operator.get(commands).json(200).path("commands")).hasSize(1);
    }

    @Test
    void aRepeatedKeyWithAnotherBodyIsAConflict() {
        operator.post(commands, Map.of("type", "t", "payload", Map.of("a", 1), "idempotency_key", "key"))
                .json(202);

        Reply other = operator.post(commands, Map.of("type", "t", "payload", Map.of("a", 2), "idempotency_key", "key"));

        assertThat(other.json(409).path("code").asText()).isEqualTo("idempotency-conflict");
        Problems.assertProblem(other);
    }

    @Test
    void aKeyIsOneTokensOwn() {
        Map<String, Object> body = Map.of("type", "t", "idempotency_key", "key");

        String first = operator.post(commands, body).json(202).path("id").asText();
        String others =
                gateway.admin().post(commands, body).json(202).path("id").asText();

        assertThat(others).isNotEqualTo(first);
    }

    @Test
    void theListGoesByStatusAndInPages() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(operator.post(commands, Map.of("type", "t" + i))
                    .json(202)
                    .path("id")
                    .asText());
        }
        agent.finish(ids.get(1), Map.of("success", true));

        JsonNode first = operator.get(commands + "?limit=3").json(200);
        JsonNode second = operator.get(
                        commands + "?limit=3&after=" + first.path("next").asText())
                .json(200);

        assertThat(ids(first)).containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(ids(second)).containsExactlyElementsOf(ids.subList(3, 5));
        assertThat(second.has("next")).isFalse();
        assertThat(ids(operator.get(commands + "?status=succeeded").json(200))).containsExactly(ids.get(1));
        assertThat(ids(operator.get(commands + "?status=queued").json(200))).hasSize(4);
        assertThat(operator.get(commands + "?status=sleeping")
                        .json(400)
                        .path("field")
                        .asText())
                .isEqualTo("status");
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("commands").forEach(command -> ids.add(command.path("id").asText()));
        return ids;
    }

    @Test
    void aQueuedCommandCanBeCancelledAndIsNeverDelivered() {
        String id = operator.post(commands, Map.of("type", "t"))
                .json(202)
                .path("id")
                .asText();

        JsonNode cancelled = operator.delete(commands + "/" + id).json(200);
        JsonNode again = operator.delete(commands + "/" + id).json(200);

        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(again.path("status").asText()).isEqualTo("cancelled");
        assertThat(agent.poll("").json(200).path("commands")).isEmpty();
    }

    @Test
    void aDeliveredCommandCannotBeCancelled() {
        String id = operator.post(commands, Map.of("type", "t"))
                .json(202)
                .path("id")
                .asText();
        agent.poll("").json(200);

        Reply refused = operator.delete(commands + "/" + id);

        assertThat(refused.json(409).path("code").asText()).isEqualTo("command-closed");
        assertThat(operator.delete(commands + "/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    @Test
    void pastItsTimeACommandIsExpiredAndNotDelivered() {
        String queued = operator.post(commands, Map.of("type", "t", "ttl_seconds", 1))
                .json(202)
                .path("id")
                .asText();
        String acknowledged = operator.post(commands, Map.of("type", "t", "ttl_seconds", 2))
                .json(202)
                .path("id")
                .asText();
        agent.acknowledge(acknowledged);

        Awaitility.await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(operator.get(commands + "/" + queued)
                            .json(200)
                            .path("status")
                            .asText())
                    .isEqualTo("expired");
            assertThat(operator.get(commands + "/" + acknowledged)
                            .json(200)
                            .path("status")
                            .asText())
                    .isEqualTo("expired");
        });
        assertThat(agent.poll("").json(200).path("commands")).isEmpty();
        assertThat(agent.finish(queued, Map.of("success", true)).status()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type|{}",
                "type|{\"type\":\"\"}",
                "type|{\"type\":\"   \"}",
                "type|{\"type\":7}",
                "type|{\"type\":null}",
                "type|{\"type\":[\"t\"]}",
                "type|{\"type\":\"a\\u0000b\"}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":0}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":-1}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":1.5}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":\"60\"}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":9223372036854775807}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":18446744073709551617}",
                "ttl_seconds|{\"type\":\"t\",\"ttl_seconds\":1e400}",
                "idempotency_key|{\"type\":\"t\",\"idempotency_key\":\"\"}",
                "idempotency_key|{\"type\":\"t\",\"idempotency_key\":7}",
                "idempotency_key|{\"type\":\"t\",\"idempotency_key\":\"a\\u0000b\"}"
            })
    void aWrongFieldIsNamed(String fieldAndBody) {
        String field = fieldAndBody.substring(0, fieldAndBody.indexOf('|'));

        Reply reply = operator.postText(commands, fieldAndBody.substring(field.length() + 1));

        assertThat(reply.json(400).path("field").asText()).isEqualTo(field);
        Problems.assertProblem(reply);
        assertThat(operator.get(commands).json(200).path("commands")).isEmpty();
    }

    @Test
    void aTextThatIsTooLongIsRefused() {
        assertThat(operator.post(commands, Map.of("type", "t".repeat(256))).status())
                .isEqualTo(400);
        assertThat(operator.post(commands, Map.of("type", "t", "idempotency_key", "k".repeat(256)))
                        .status())
                .isEqualTo(400);
        assertThat(operator.post(commands, Map.of("type", "t", "payload", "p".repeat(1 << 20)))
                        .status())
                .isEqualTo(413);
        assertThat(operator.post(commands, Map.of("type", "t", "payload", "p".repeat((1 << 20) - 2)))
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aBodyThatIsNoObjectIsRefused() {
        for (String body : new String[] {"[]", "[{\"type\":\"t\"}]", "\"type\"", "7", "null"}) {
            Reply reply = operator.postText(commands, body);

            assertThat(reply.status()).as(body).isEqualTo(400);
            Problems.assertProblem(reply);
        }
    }

    @Test
    void theListsBoundsAreChecked() {
        for (String query : new String[] {"?limit=0", "?limit=501", "?limit=x", "?after=-1", "?after=1e3"}) {
            Reply reply = operator.get(commands + query);

            assertThat(reply.status()).as(query).isEqualTo(400);
            Problems.assertProblem(reply);
        }
    }

    @Test
    void clustersAreThoseOfTheCallersWorkspace() {
        JsonNode clusters = operator.get("/api/v1/clusters").json(200).path("clusters");

        assertThat(clusters).hasSize(1);
        assertThat(clusters.get(0).path("id").asText()).isEqualTo(agent.clusterId());
        assertThat(clusters.get(0).path("agent_id").asText()).isEqualTo(agent.agentId());
    }
}
