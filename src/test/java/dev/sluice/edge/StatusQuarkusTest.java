package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseOutage;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines report, and status pages ask. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class StatusQuarkusTest {

    @Inject
    Gateway gateway;

    @DatabaseOutage
    Supplier<AutoCloseable> outage;

    private final String id = "pipeline-" + UUID.randomUUID();
    private Api publisher;

    @BeforeEach
    void aPublisher() {
        publisher = gateway.api(
                gateway.issue(TokenKind.PUBLISHER, gateway.workspace(), null).secret());
    }

    @AfterEach
    void forget() {
        publisher.delete("/api/v1/pipelines/" + id);
        gateway.restore();
    }

    private Reply report(String body) {
        return publisher.send("PUT", "/api/v1/pipelines/" + id, "application/json", body.getBytes());
    }

    private Reply event(Object body) {
        return publisher.post("/api/v1/pipelines/" + id + "/events", body);
    }

    private JsonNode listed(String url) {
        JsonNode pipelines = gateway.anonymous().get(url).json(200).path("pipelines");
        for (JsonNode pipeline : pipelines) {
            if (pipeline.path("id").asText().equals(id)) {
                return pipeline;
            }
        }
        return pipelines.path("nobody");
    }

    @Test
    void aReportIsKeptShownAndPublished() {
        JsonNode before = gateway.admin().get("/api/v1/channels/pipelines").json(200);

        JsonNode kept = report("{\"name\":\"Drive\",\"status\":\"processing\",\"progress\":12.5,\"detail\":{\"a\":1}}")
                .json(200);

        assertThat(kept.path("progress").asDouble()).isEqualTo(12.5);
        assertThat(kept.path("detail").path("a").asInt()).isEqualTo(1);
        assertThat(listed("/api/rag-status").path("name").asText()).isEqualTo("Drive");
        assertThat(listed("/status").path("stale").asBoolean()).isFalse();
        JsonNode events = gateway.admin()
                .get("/api/v1/channels/pipelines/history?since=%s:%d"
                        .formatted(
                                before.path("epoch").asText(),
                                before.path("offset").asLong()))
                .json(200)
                .path("events");
        assertThat(events).anySatisfy(said -> {
            assertThat(said.path("event").asText()).isEqualTo("pipeline_status");
            assertThat(said.path("data").path("pipeline_id").asText()).isEqualTo(id);
            assertThat(said.path("data").path("status").asText()).isEqualTo("processing");
        });
    }

    @Test
    void anEventIsASignOfLifeAndKeepsWhatWasReported() {
        report("{\"status\":\"processing\"}").json(200);

        JsonNode after = event(Map.of("event", "file_progress", "file", "a.pdf", "progress", 50))
                .json(200);

        assertThat(after.path("status").asText()).isEqualTo("processing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|status",
                "{\"status\":5}|status",
                "{\"status\":\"ok\",\"progress\":101}|progress",
                "{\"status\":\"ok\",\"progress\":\"half\"}|progress",
            })
    void aWrongReportNamesTheField(String body, String field) {
        assertThat(report(body).json(400).path("field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "disconnect", "newListener"})
    void aNameThatWouldBreakClientsIsRefused(String name) {
        assertThat(event(Map.of("event", name)).json(400).path("field").asText())
                .isEqualTo("event");
    }

    @Test
    void onlyPublishersReport() {
        gateway.anonymous()
                .send("PUT", "/api/v1/pipelines/" + id, "application/json", "{\"status\":\"ok\"}".getBytes())
                .json(401);
        gateway.api(gateway.agentToken(gateway.workspace()))
                .send("PUT", "/api/v1/pipelines/" + id, "application/json", "{\"status\":\"ok\"}".getBytes())
                .json(403);
        publisher
                .send("PUT", "/api/v1/pipelines/a%20b", "application/json", "{\"status\":\"ok\"}".getBytes())
                .json(400);
    }

    @Test
    void anUnchangedPageIsNotSentAgain() {
        report("{\"status\":\"ok\"}").json(200);
        Reply first = gateway.anonymous().get("/api/rag-status?client_id=" + id);
        String tag = first.header("ETag");

        Reply same = gateway.anonymous().sendWith("GET", "/api/rag-status?client_id=" + id, "If-None-Match", tag);
        report("{\"status\":\"done\"}").json(200);
        Reply changed = gateway.anonymous().sendWith("GET", "/api/rag-status?client_id=" + id, "If-None-Match", tag);

        assertThat(same.status()).isEqualTo(304);
        assertThat(changed.status()).isEqualTo(200);
    }

    @Test
    void whoPollsMayKeepItForLess() {
        Reply webSocket = gateway.anonymous().get("/api/rag-status?client_id=" + id);
        gateway.percentage("0");
        Reply polling = gateway.anonymous().get("/api/rag-status?client_id=" + id);
        JsonNode info =
                gateway.anonymous().get("/api/socket/info?client_id=" + id).json(200);

        assertThat(webSocket.header("Cache-Control")).isEqualTo("private, max-age=30");
        assertThat(polling.header("Cache-Control")).isEqualTo("private, max-age=2");
        assertThat(polling.json(200).path("fallback_mode").asBoolean()).isTrue();
        assertThat(polling.json(200).path("websocket_namespaces").toString()).isEqualTo("[\"/pipelines\"]");
        assertThat(info.path("transports").toString()).isEqualTo("[\"polling\"]");
        assertThat(info.path("reason").asText()).isNotEmpty();
    }

    @Test
    void aSickPipelineDegradesAndAnAbsentDatabaseIsOfNoUse() throws Exception {
        report("{\"status\":\"failed\"}").json(200);
        JsonNode degraded = gateway.anonymous().get("/api/health").json(200);
        assertThat(degraded.path("status").asText()).isEqualTo("degraded");
        assertThat(degraded.path("components")
                        .path("pipelines")
                        .path(id)
                        .path("healthy")
                        .asBoolean())
                .isFalse();

        try (AutoCloseable away = outage.get()) {
            report("{\"status\":\"ok\"}").json(503);
            await("the outage shows")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.anonymous().get("/api/health").status() == 503);
        }

        await("and its end")
                .atMost(Duration.ofSeconds(60))
                .until(() -> report("{\"status\":\"ok\"}").status() == 200);
        assertThat(List.of("healthy", "degraded"))
                .contains(gateway.anonymous()
                        .get("/health")
                        .json(200)
                        .path("status")
                        .asText());
    }
}
