package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.MutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.sluice.core.Mode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flags as OpenFeature's own SDK and provider see them, and what that provider does not use: bulk, tags, errors. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class OfrepQuarkusTest {
    private static final String FLAGS = "/ofrep/v1/evaluate/flags";
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    @Inject
    Gateway gateway;

    private Client openFeature;

    @BeforeEach
    void anSdk() {
        OfrepProviderOptions options =
                OfrepProviderOptions.builder().baseUrl(gateway.uri().toString()).build();
        String domain = UUID.randomUUID().toString();
        OpenFeatureAPI.getInstance().setProviderAndWait(domain, OfrepProvider.constructProvider(options));
        openFeature = OpenFeatureAPI.getInstance().getClient(domain);
    }

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private static EvaluationContext client(String key) {
        return new ImmutableContext(key);
    }

    private JsonNode decision(String key) {
        return gateway.anonymous()
                .get("/api/v1/rollout/decision?client_id=" + key)
                .json(200);
    }

    private Reply post(String path, Object context) {
        return gateway.anonymous().post(path, Map.of("context", context));
    }

    @Test
    void theSdkReadsBooleansNumbersAndStrings() {
        gateway.percentage("37.5");

        assertThat(openFeature.getBooleanValue("websocket-enabled", false)).isTrue();
        assertThat(openFeature.getBooleanValue("fallback-enabled", false)).isTrue();
        assertThat(openFeature.getDoubleValue("rollout-percentage", -1.0)).isEqualTo(37.5);
        assertThat(openFeature.getStringValue("connection-mode", "none", client("ofrep-1")))
                .isEqualTo(decision("ofrep-1").path("mode").asText());
    }

    @Test
    void aFlippedPercentageIsSeenByTheNextQuestion() {
        gateway.percentage("0");
        assertThat(openFeature.getStringValue("connection-mode", "none", client("ofrep-2")))
                .isEqualTo("polling");
        assertThat(openFeature.getDoubleValue("rollout-percentage", -1.0)).isZero();

        gateway.percentage("100");

        assertThat(openFeature.getStringValue("connection-mode", "none", client("ofrep-2")))
                .isEqualTo("websocket");
        assertThat(openFeature.getDoubleValue("rollout-percentage", -1.0)).isEqualTo(100.0);
    }

    @Test
    void theModeIsTheDecisionAndSaysWhy() {
        gateway.percentage("50");

        for (int i = 0; i < 5; i++) {
            String key = "ofrep-3-" + i;
            FlagEvaluationDetails<String> mode = openFeature.getStringDetails("connection-mode", "none", client(key));
            JsonNode decision = decision(key);

            assertThat(mode.getErrorCode()).isNull();
            assertThat(mode.getValue()).isEqualTo(decision.path("mode").asText());
            assertThat(mode.getVariant()).isEqualTo(mode.getValue());
            assertThat(mode.getReason()).isEqualTo("SPLIT");
            assertThat(mode.getFlagMetadata().getString("reason"))
                    .isEqualTo(decision.path("reason").asText());
            assertThat(mode.getFlagMetadata().getInteger("bucket"))
                    .isEqualTo(decision.path("bucket").intValue());
            assertThat(mode.getFlagMetadata().getDouble("percentage")).isEqualTo(50.0);
            assertThat(mode.getFlagMetadata().getInteger("revision"))
                    .isEqualTo(decision.path("revision").intValue());
        }
    }

    @Test
    void overridesByClientAndByLabelAreTargeting() {
        gateway.percentage("0");
        TestAgent agent = gateway.agent().register();
        gateway.override(agent, Mode.WEBSOCKET);
        String label = "label:ofrep-tier=" + UUID.randomUUID();
        String path = "/api/v1/admin/rollout/overrides/" + label;
        gateway.admin()
                .send("PUT", path, "application/json", "{\"mode\":\"websocket\"}".getBytes())
                .json(200);
        try {
            MutableContext labelled = new MutableContext("ofrep-4");
            labelled.add("ofrep-tier", label.substring(label.indexOf('=') + 1));

            FlagEvaluationDetails<String> byKey =
                    openFeature.getStringDetails("connection-mode", "none", client(agent.agentId()));
            FlagEvaluationDetails<String> byLabel = openFeature.getStringDetails("connection-mode", "none", labelled);

            assertThat(byKey.getValue()).isEqualTo("websocket");
            assertThat(byKey.getReason()).isEqualTo("TARGETING_MATCH");
            assertThat(byLabel.getValue()).isEqualTo("websocket");
            assertThat(byLabel.getReason()).isEqualTo("TARGETING_MATCH");
            assertThat(byLabel.getFlagMetadata().getString("reason")).isEqualTo("override");
            assertThat(openFeature.getStringValue("connection-mode", "none", client("ofrep-4")))
                    .isEqualTo("polling");
        } finally {
            gateway.admin().delete(path);
        }
    }

    @Test
    void whoCannotPollKeepsItsWebSocket() {
        gateway.percentage("0");
        MutableContext context = new MutableContext("ofrep-5");
        context.add("supports_polling", false);

        FlagEvaluationDetails<String> mode = openFeature.getStringDetails("connection-mode", "none", context);

        assertThat(mode.getValue()).isEqualTo("websocket");
        assertThat(mode.getFlagMetadata().getString("reason")).isEqualTo("cannot-poll");
    }

    @Test
    void aSwitchedOffWebSocketIsDisabled() {
        gateway.flags(false, true);

        FlagEvaluationDetails<String> mode = openFeature.getStringDetails("connection-mode", "none", client("ofrep-6"));

        assertThat(mode.getValue()).isEqualTo("polling");
        assertThat(mode.getReason()).isEqualTo("DISABLED");
        assertThat(openFeature.getBooleanDetails("websocket-enabled", true).getValue())
                .isFalse();
        assertThat(openFeature.getBooleanDetails("websocket-enabled", true).getReason())
                .isEqualTo("STATIC");
    }

    @Test
    void theSdkIsToldWhatIsWrong() {
        FlagEvaluationDetails<String> unknown = openFeature.getStringDetails("no-such-flag", "mine", client("a"));
        FlagEvaluationDetails<String> nobody = openFeature.getStringDetails("connection-mode", "mine");

        assertThat(unknown.getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
        assertThat(unknown.getValue()).isEqualTo("mine");
        assertThat(nobody.getErrorCode()).isEqualTo(ErrorCode.INVALID_CONTEXT); // the provider's word for any 400
        assertThat(nobody.getValue()).isEqualTo("mine");
    }

    @Test
    void errorsAreOfreps() {
        assertError(post(FLAGS + "/no-such-flag", Map.of()), 404, "no-such-flag", "FLAG_NOT_FOUND");
        assertError(post(FLAGS + "/connection-mode", Map.of()), 400, "connection-mode", "TARGETING_KEY_MISSING");
        assertError(
                post(FLAGS + "/connection-mode", Map.of("targetingKey", 7)), 400, "connection-mode", "INVALID_CONTEXT");
        assertError(
                gateway.anonymous().postText(FLAGS + "/websocket-enabled", "{"),
                400,
                "websocket-enabled",
                "PARSE_ERROR");
        assertError(
                gateway.anonymous().send("POST", FLAGS, "text/plain", "hello".getBytes()), 400, null, "PARSE_ERROR");
        assertError(gateway.anonymous().postText(FLAGS, "[]"), 400, null, "PARSE_ERROR");
        assertError(gateway.api("wrong").post(FLAGS, Map.of()), 401, null, "GENERAL");
    }

    private static void assertError(Reply reply, int status, String key, String code) {
        JsonNode error = reply.json(status);
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(error.path("errorCode").asText()).isEqualTo(code);
        assertThat(error.path("errorDetails").asText()).isNotBlank();
        assertThat(error.path("key").asText(null)).isEqualTo(key);
        Problems.assertHidesTheInside(reply.text());
    }

    @Test
    void allFlagsComeTogetherWithATagThatHoldsUntilSomethingChanges() {
        gateway.percentage("100");
        Reply first = post(FLAGS, Map.of("targetingKey", "ofrep-7"));
        String tag = first.header("ETag");

        JsonNode bulk = first.json(200);
        assertThat(bulk.path("flags").findValuesAsText("key"))
                .containsExactly("websocket-enabled", "fallback-enabled", "rollout-percentage", "connection-mode");
        assertThat(bulk.at("/flags/3/value").asText()).isEqualTo("websocket");
        assertThat(bulk.at("/eventStreams/0/type").asText()).isEqualTo("sse");
        assertThat(bulk.at("/eventStreams/0/url").asText()).isEqualTo(gateway.uri() + "/ofrep/v1/events");
        assertThat(conditional("ofrep-7", tag).statusCode()).isEqualTo(304);
        assertThat(conditional("ofrep-7", tag).body()).isEmpty();
        assertThat(conditional("ofrep-8", tag).statusCode()).isEqualTo(200);

        gateway.percentage("0");

        assertThat(conditional("ofrep-7", tag).statusCode()).isEqualTo(200);
    }

    /** On one connection, many at a time: faster than the budget of an address grows back. */
    @Test
    void whoAsksTooOftenIsToldWhenToComeBack() throws Exception {
        String question =
                "POST %s/websocket-enabled HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}".formatted(FLAGS);
        Reply refused = null;
        try (Wire wire = new Wire(gateway.uri(), InetAddress.getByName("127.0.0.83"))) {
            for (int round = 0; round < 50 && refused == null; round++) {
                wire.write(question.repeat(100).getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 100; i++) {
                    Reply reply = wire.readReply();
                    refused = reply.status() == 429 ? reply : refused;
                }
            }
        }

        assertThat(refused).as("a refusal").isNotNull();
        assertError(refused, 429, "websocket-enabled", "GENERAL");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    }

    @Test
    void withoutATargetingKeyTheOtherFlagsAreToldAllTheSame() {
        JsonNode flags = post(FLAGS, Map.of()).json(200).path("flags");

        assertThat(flags.get(0).path("value").booleanValue()).isTrue();
        assertThat(flags.get(3).path("errorCode").asText()).isEqualTo("TARGETING_KEY_MISSING");
        assertThat(flags.get(3).has("value")).isFalse();
    }

    private HttpResponse<String> conditional(String key, String tag) {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri().resolve(FLAGS))
                .header("Content-Type", "application/json")
                .header("If-None-Match", tag)
                .POST(BodyPublishers.ofString("{\"context\":{\"targetingKey\":\"" + key + "\"}}"))
                .build();
        try {
            return BROWSER.send(request, BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
