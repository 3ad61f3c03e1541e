package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseOutage;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Jwts;
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

    /** In the year 2100, in seconds. */
    private static final long FAR_AWAY = 4_102_444_800L;

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
                "{\"status\":\"ok\",\"progress\":-0.1}|progress",
                "{\"status\":\"ok\",\"progress\":1e400}|progress",
                "{\"status\":\"ok\",\"progress\":true}|progress",
                "{\"status\":\"  \"}|status",
                "{\"status\":\"a\\u0000b\"}|status",
                "{\"status\":\"ok\",\"name\":[]}|name",
            })
    void aWrongReportNamesTheField(String body, String field) {
        assertThat(report(body).json(400).path("field").asText()).isEqualTo(field);
    }

    @Test
    void whoPollsSeesWhatHappenedLast() {
        event(Map.of("event", "file_progress", "file", "a.pdf", "progress", 50, "extra", true))
                .json(200);

        JsonNode shown = listed("/api/rag-status");

        assertThat(shown.path("status").asText()).isEqualTo("running");
        assertThat(shown.path("last_event").path("event").asText()).isEqualTo("file_progress");
        assertThat(shown.path("last_event").path("file").asText()).isEqualTo("a.pdf");
        assertThat(shown.path("last_event").path("progress").asInt()).isEqualTo(50);
        assertThat(shown.path("last_heard_at").asText()).isNotEmpty();
    }

    @Test
    void oneIsFoundAndForgotten() {
        String url = "/api/v1/pipelines/" + id;
        publisher.get(url).json(404);
        report("{\"status\":\"ok\"}").json(200);

        assertThat(publisher.get(url).json(200).path("status").asText()).isEqualTo("ok");
        assertThat(gateway.operator(gateway.workspace()).get(url).status()).isEqualTo(200);
        assertThat(gateway.operator(gateway.workspace()).delete(url).status()).isEqualTo(403);
        assertThat(publisher.delete(url).status()).isEqualTo(204);
        publisher.delete(url).json(404);
        assertThat(publisher.get("/api/v1/pipelines").json(200).findValuesAsText("id"))
                .doesNotContain(id);
    }

    @Test
    void oneThatIsExpectedIsListedFromTheStart() {
        assertThat(publisher
                        .get("/api/v1/pipelines/expected-in-tests")
                        .json(200)
                        .path("status")
                        .asText())
                .isEqualTo("unknown");
    }

    /** A frontend sends its user's JWT with everything, and a probe whatever it was given once. */
    @ParameterizedTest
    @ValueSource(strings = {"/api/health", "/health", "/status"})
    void healthIsToldToAnybodyWhateverComesAlong(String url) {
        for (String credential : List.of(Jwts.user("alice", FAR_AWAY), "revoked-long-ago", gateway.agentToken(1))) {
            Reply answer = gateway.api(credential).get(url);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }
        Reply head = gateway.anonymous().sendWith("HEAD", url, "Accept", "*/*");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.text()).isEmpty();
    }

    /** Whoever has a session of the frontend's own, or one that is over, sees the page as anybody does. */
    @ParameterizedTest
    @ValueSource(strings = {"/api/rag-status", "/api/socket/info"})
    void pagesAreShownToWhomNobodyKnows(String url) {
        for (String credential : List.of("somebody-elses", gateway.agentToken(1))) {
            gateway.api(credential).get(url).json(200);
        }
        Reply head = gateway.anonymous().sendWith("HEAD", url, "Accept", "*/*");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.text()).isEmpty();
    }

    @Test
    void healthTellsOfEachComponentAndOfNothingInside() {
        report("{\"status\":\"ok\"}").json(200);

        Reply answer = gateway.anonymous().get("/api/health");
        JsonNode components = answer.json(200).path("components");

        assertThat(components.path("websocket").path("status").asText()).isEqualTo("up");
        assertThat(components.path("database").path("status").asText()).isEqualTo("up");
        assertThat(components.path("broker").path("status").asText()).isEqualTo("up");
        assertThat(components.path("pipelines").path(id).path("healthy").asBoolean())
                .isTrue();
        assertThat(answer.text()).doesNotContain("postgres", "jdbc", "localhost", "Exception");
    }

    /** The page of another origin must not be given what a cache kept for a request without one. */
    @Test
    void pagesOfTheSocketIoOriginsReadItAndCachesKeepThemApart() {
        String page = "https://pages.example";
        Reply read = gateway.anonymous().sendWith("GET", "/api/rag-status", "Origin", page);
        Reply asked = gateway.anonymous()
                .sendWith(
                        "OPTIONS",
                        "/api/rag-status",
                        "Origin",
                        page,
                        "Access-Control-Request-Method",
                        "GET",
                        "Access-Control-Request-Headers",
                        "if-none-match");
        Reply elsewhere = gateway.anonymous().sendWith("GET", "/api/v1/connect", "Origin", page);

        assertThat(read.header("Access-Control-Allow-Origin")).isEqualTo(page);
        assertThat(asked.status()).isEqualTo(204);
        assertThat(elsewhere.header("Access-Control-Allow-Origin")).isNull();
        assertThat(gateway.anonymous().get("/api/rag-status").header("Vary"))
                .contains("Origin", "Cookie", "Sluice-Client-Id", "Authorization");
    }

    @Test
    void aClientThatIsNamedIsToldWhatItsHandshakeHasToCarry() {
        JsonNode named =
                gateway.anonymous().get("/api/socket/info?client_id=" + id).json(200);
        JsonNode user = gateway.api(Jwts.user("alice", FAR_AWAY))
                .get("/api/socket/info")
                .json(200);
        JsonNode nobody = gateway.anonymous().get("/api/socket/info").json(200);

        assertThat(named.path("query").path("client_id").asText()).isEqualTo(id);
        assertThat(user.path("query").path("client_id").asText()).isEqualTo("alice");
        assertThat(nobody.path("query")).isEmpty();
        assertThat(named.path("path").asText()).isEqualTo("/socket.io/");
        assertThat(named.path("engine_io").asInt()).isEqualTo(4);
        assertThat(named.path("health").asText()).isIn("healthy", "degraded");
    }

    @Test
    void whoCannotPollIsDecidedAsItsHandshakeIs() {
        gateway.percentage("0");

        Reply answer = gateway.anonymous().get("/api/rag-status?fallback=none&client_id=" + id);

        assertThat(answer.header("Sluice-Mode")).isEqualTo("websocket");
        assertThat(answer.json(200).path("websocket_url").asText())
                .isEqualTo(gateway.uri().toString().replace("http", "ws"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    void aNameThatWouldBreakClientsIsRefused(String name) {
        assertThat(event(Map.of("event", name)).json(400).path("field").asText())
                .isEqualTo("event");
    }

    @Test
    void whatIsNoReportIsRefusedAndChangesNothing() {
        report("[]").json(400);
        report("{\"status\":").json(400);
        report("{\"status\":\"ok\",\"detail\":\"" + "x".repeat(70_000) + "\"}").json(400);
        report("{\"status\":\"ok\",\"detail\":\"" + "x".repeat(11 << 20) + "\"}")
                .json(413);
        event(Map.of("event", "e", "file", 5)).json(400);
        event(Map.of("event", "e", "file", "x".repeat(5_000))).json(400);
        for (String odd : List.of("a%20b", "a%2Fb", "a%00b", "a;b", "x".repeat(129), "%F0%9F%98%80")) {
            assertThat(publisher
                            .send(
                                    "PUT",
                                    "/api/v1/pipelines/" + odd,
                                    "application/json",
                                    "{\"status\":\"ok\"}".getBytes())
                            .json(400)
                            .path("field")
                            .asText())
                    .isEqualTo("id");
        }

        assertThat(listed("/status").isMissingNode()).isTrue();
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
            // Whoever asks finds out: an answer holds for a second, and a question waits for two.
            await("the outage shows")
                    .atMost(Duration.ofSeconds(6))
                    .until(() -> gateway.anonymous().get("/api/health").status() == 503);
            JsonNode health = gateway.anonymous().get("/api/health").json(503);
            assertThat(health.path("status").asText()).isEqualTo("unhealthy");
            assertThat(health.path("components").path("database").path("status").asText())
                    .isEqualTo("down");
            assertThat(health.path("components").path("broker").path("status").asText())
                    .isEqualTo("up");
            report("{\"status\":\"ok\"}").json(503);
            gateway.anonymous().get("/health").json(503);
            gateway.anonymous().get("/api/rag-status").json(200);
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
