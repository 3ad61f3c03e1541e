package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The applications' side of channels. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class EventsQuarkusTest {
    private static final String EVENTS = "/api/v1/events";

    @Inject
    Gateway gateway;

    private Api publisher;
    private final String channel = "news-" + UUID.randomUUID();

    @BeforeEach
    void aPublisher() {
        publisher = gateway.api(
                gateway.issue(TokenKind.PUBLISHER, gateway.workspace(), null).secret());
    }

    @Test
    void anEventHasAPlaceInItsChannel() {
        JsonNode first = publisher.post(EVENTS, event("a")).json(200);
        JsonNode second = publisher.post(EVENTS, event("b")).json(200);

        assertThat(first.path("channel").asText()).isEqualTo(channel);
        assertThat(first.path("offset").asLong()).isEqualTo(1);
        assertThat(second.path("offset").asLong()).isEqualTo(2);
        assertThat(second.path("epoch").asText()).isEqualTo(first.path("epoch").asText());
    }

    @Test
    void aBatchThatIsNoneNamesWhatIsWrong() {
        Map<String, Object> event = Map.of("channel", "c", "event", "e", "data", 1);
        Map<Object, String> wrong =
                Map.of(List.of(), "body", Collections.nCopies(1_001, event), "body", List.of(event, 7), "[1]");

        wrong.forEach((batch, named) -> assertThat(gateway.admin()
                        .post("/api/v1/events", batch)
                        .json(400)
                        .path("field")
                        .asText())
                .isEqualTo(named));
    }

    @Test
    void aBatchIsAllOrNothing() {
        JsonNode results = publisher
                .post(EVENTS, List.of(event("a"), event("b")))
                .json(200)
                .path("results");
        Reply refused = publisher.post(EVENTS, List.of(event("c"), Map.of("channel", channel)));

        assertThat(results).hasSize(2);
        assertThat(results.get(1).path("offset").asLong()).isEqualTo(2);
        assertThat(refused.json(400).path("detail").asText()).contains("[1].event");
        assertThat(look().path("offset").asLong()).isEqualTo(2);
    }

    @Test
    void aRepeatedKeyIsTheSameEvent() {
        String key = UUID.randomUUID().toString();
        JsonNode first = publisher.post(EVENTS, event("a", key)).json(200);

        assertThat(publisher.post(EVENTS, event("a", key)).json(200)).isEqualTo(first);
        assertThat(publisher
                        .post(EVENTS, event("b", key))
                        .json(409)
                        .path("code")
                        .asText())
                .isEqualTo("idempotency-conflict");
        // Another token's key is another key.
        Api other = gateway.api(
                gateway.issue(TokenKind.PUBLISHER, gateway.workspace(), null).secret());
        assertThat(other.post(EVENTS, event("b", key)).json(200).path("offset").asLong())
                .isEqualTo(2);
    }

    @Test
    void theHistoryIsReadFromAPlace() {
        JsonNode first = publisher.post(EVENTS, event("a")).json(200);
        publisher.post(EVENTS, event(Map.of("n", 1.50))).json(200);
        String since = first.path("epoch").asText() + ":1";

        JsonNode all = publisher.get(history("")).json(200);
        JsonNode rest = publisher.get(history("?since=" + since)).json(200);

        assertThat(all.path("events")).hasSize(2);
        assertThat(rest.path("events")).hasSize(1);
        assertThat(rest.path("events").get(0).path("data").path("n").asDouble()).isEqualTo(1.5);
        assertThat(rest.path("events").get(0).path("offset").asLong()).isEqualTo(2);
        assertThat(rest.path("epoch").asText()).isEqualTo(first.path("epoch").asText());
        assertThat(publisher.get(history("?since=other:1")).status()).isEqualTo(410);
        assertThat(publisher.get(history("?since=nonsense")).status()).isEqualTo(400);
        assertThat(publisher
                        .get(history("?limit=1"))
                        .json(200)
                        .path("events")
                        .get(0)
                        .path("offset")
                        .asLong())
                .isEqualTo(2);
    }

    @Test
    void channelsAreListedInPages() {
        publisher.post(EVENTS, event("a")).json(200);
        publisher.post(EVENTS, Map.of("channel", channel + "-2", "event", "e")).json(200);

        List<String> names = new ArrayList<>();
        String next = "";
        do {
            JsonNode page =
                    publisher.get("/api/v1/channels?limit=1&after=" + next).json(200);
            // Not even where the gateway has a channel of its own there.
            assertThat(page.path("channels")).hasSize(1);
            page.path("channels").forEach(one -> names.add(one.path("channel").asText()));
            next = page.path("next").asText("");
        } while (!next.isEmpty());

        assertThat(names).contains(channel, channel + "-2").isSorted().doesNotHaveDuplicates();
        assertThat(look().path("subscribers").asInt()).isZero();
        assertThat(publisher
                        .get("/api/v1/channels/" + channel + "/presence")
                        .json(200)
                        .path("members"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[1]",
                "{\"channel\":\"c\"}",
                "{\"event\":\"e\"}",
                "{\"channel\":7,\"event\":\"e\"}",
                "{\"channel\":\"\",\"event\":\"e\"}",
                "{\"channel\":\"a\\nb\",\"event\":\"e\"}",
                "{\"channel\":\"c\",\"event\":\"\"}",
                "{\"channel\":\"c\",\"event\":{}}",
                "{\"channel\":\"c\",\"event\":\"e\",\"idempotency_key\":5}",
                "nonsense"
            })
    void badBodiesAreToldApart(String body) {
        assertThat(publisher.postText(EVENTS, body).status()).isEqualTo(400);
    }

    @Test
    void onlyPublishersPublish() {
        assertThat(gateway.anonymous().post(EVENTS, event("a")).status()).isEqualTo(401);
        for (TokenKind kind : List.of(TokenKind.OPERATOR, TokenKind.AGENT)) {
            assertThat(gateway.api(gateway.issue(kind, gateway.workspace(), null)
                                    .secret())
                            .post(EVENTS, event("a"))
                            .status())
                    .as(kind.wire())
                    .isEqualTo(403);
        }
        assertThat(gateway.admin().post(EVENTS, event("a")).status()).isEqualTo(200);
    }

    @Test
    void tooLongDataIsRefused() {
        assertThat(publisher
                        .post(EVENTS, event("x".repeat(1_100_000)))
                        .json(413)
                        .path("code")
                        .asText())
                .isEqualTo("body-too-large");
    }

    private JsonNode look() {
        return publisher.get("/api/v1/channels/" + channel).json(200);
    }

    private String history(String query) {
        return "/api/v1/channels/" + channel + "/history" + query;
    }

    private Map<String, Object> event(Object data) {
        return Map.of("channel", channel, "event", "said", "data", data);
    }

    private Map<String, Object> event(Object data, String key) {
        return Map.of("channel", channel, "event", "said", "data", data, "idempotency_key", key);
    }
}
