package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.AgentSocketClient.Refused;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.NativePerson.Way;
import dev.sluice.testkit.NativeWire;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no native client should send: each gets a clear answer, and nobody else notices. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class NativeBadInputQuarkusTest {

    @Inject
    Gateway gateway;

    private final List<NativePerson> people = new ArrayList<>();
    private final List<AgentSocketClient> sockets = new ArrayList<>();

    @AfterEach
    void leave() {
        people.forEach(NativePerson::close);
        sockets.forEach(AgentSocketClient::close);
        gateway.restore();
    }

    private NativePerson person() {
        NativePerson person = new NativePerson(gateway.uri(), "dev-admin-token");
        people.add(person);
        return person;
    }

    private AgentSocketClient socket(String query) {
        AgentSocketClient socket = AgentSocketClient.open(gateway.uri(), "/ws" + query, "dev-admin-token");
        sockets.add(socket);
        return socket;
    }

    private int refused(String query) {
        return catchThrowableOfType(Refused.class, () -> socket(query)).reply().status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{}",
                "{\"type\":7}",
                "{\"type\":\"no-such-type\"}",
                "{\"type\":\"subscribe\"}",
                "{\"type\":\"subscribe\",\"channel\":\"\"}",
                "{\"type\":\"subscribe\",\"channel\":7}",
                "{\"type\":\"subscribe\",\"payload\":[]}",
                "{\"type\":\"subscribe\",\"payload\":{\"channel\":\"a\",\"since\":\"nonsense\"}}",
                "{\"type\":\"subscribe\",\"payload\":{\"channel\":\"a\",\"since\":{\"epoch\":\"e\",\"offset\":-1}}}",
                "{\"type\":\"publish\",\"payload\":{\"channel\":\"a\"}}",
                "{\"type\":\"ack\",\"payload\":{\"cursor\":\"nonsense\"}}",
                "{\"type\":\"ping\"}{\"type\":\"ping\"}"
            })
    void nonsenseIsAnErrorAndTheConnectionLivesOn(String text) {
        AgentSocketClient socket = socket("");

        socket.sendText(text);

        JsonNode error = socket.await("error");
        assertThat(error.path("payload").path("error").asText()).isNotEmpty();
        assertThat(error.path("payload").path("code").asText())
                .isIn("malformed-json", "missing-field", "invalid-field", "unknown-type");
        socket.type("ping", "p", Map.of());
        socket.await("pong", "p");
    }

    @Test
    void anAcknowledgementOfNonsenseIsToldWhatIsWrongWithIt() {
        AgentSocketClient socket = socket("");

        socket.sendText("{\"type\":\"ack\",\"payload\":{\"cursor\":\"nonsense\"}}");

        JsonNode error = socket.await("error").path("payload");
        assertThat(error.path("code").asText()).isEqualTo("invalid-field");
        assertThat(error.path("field").asText()).isEqualTo("cursor");
    }

    @Test
    void anErrorRepeatsTheRequestItIsAbout() {
        AgentSocketClient socket = socket("");

        socket.type("no-such-type", "r-1", Map.of());

        assertThat(socket.await("error", "r-1").path("payload").path("code").asText())
                .isEqualTo("unknown-type");
    }

    @Test
    void tooMuchNonsenseClosesTheConnection() {
        AgentSocketClient socket = socket("");
        for (int i = 0; i < 25; i++) {
            socket.sendText("nonsense");
        }

        assertThat(socket.awaitClose()).isEqualTo(4400);
    }

    @Test
    void aBinaryMessageIsAnError() {
        AgentSocketClient socket = socket("");

        socket.sendBinary("{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(socket.await("error").path("payload").path("code").asText()).isEqualTo("invalid-request");
    }

    @Test
    void aMessageOverTheLimitCloses() {
        AgentSocketClient socket = socket("");

        socket.sendText("{\"type\":\"message\",\"data\":\"" + "x".repeat(1 << 20) + "\"}");

        assertThat(socket.awaitClose()).isEqualTo(1009);
    }

    @Test
    void aMessageStormClosesAndOverHttpIsRefused() {
        AgentSocketClient socket = socket("?client_id=" + UUID.randomUUID());
        for (int i = 0; i < 400; i++) {
            socket.sendText("{\"type\":\"publish\",\"channel\":\"storm\",\"event\":\"e\"}");
        }
        assertThat(socket.awaitClose()).isEqualTo(4429);

        NativePerson person = person().begin();
        List<Map<String, Object>> batch = IntStream.range(0, 100)
                .<Map<String, Object>>mapToObj(i -> Map.of("type", "publish", "channel", "storm", "event", "e"))
                .toList();
        List<Integer> answers = IntStream.range(0, 6)
                .mapToObj(
                        i -> person.api().post(person.path("/messages"), batch).status())
                .toList();
        assertThat(answers).contains(202, 429);
    }

    @Test
    void aForgedResumeTokenIsForbidden() {
        String[] parts = person().begin().resumeToken().split("\\.");
        String forged = parts[0] + "." + parts[1] + "." + new StringBuilder(parts[2]).reverse();

        assertThat(refused("?resume_token=" + forged)).isEqualTo(403);
        assertThat(person().api()
                        .post("/api/v1/sessions", Map.of("resume_token", forged))
                        .status())
                .isEqualTo(403);
        assertThat(person().api()
                        .get("/api/v1/sessions/" + forged + "/messages")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aCursorOfAnotherSessionIsGoneEverywhere() {
        NativePerson one = person().begin();
        String foreign = String.valueOf(person().begin().cursor());

        assertThat(refused("?resume_token=%s&after=%s".formatted(one.resumeToken(), foreign)))
                .isEqualTo(410);
        assertThat(one.api().get(one.path("/messages?after=" + foreign)).status())
                .isEqualTo(410);
        assertThat(one.api().get(one.path("/events?after=" + foreign)).status()).isEqualTo(410);
        assertThat(one.api()
                        .post("/api/v1/sessions", Map.of("resume_token", one.resumeToken(), "after", foreign))
                        .status())
                .isEqualTo(410);
        // And the session is none the worse for it.
        assertThat(one.api().get(one.path("/messages?after=" + one.cursor())).status())
                .isEqualTo(200);
    }

    @Test
    void aCursorAboveWhatWasSentIsGone() {
        NativePerson one = person().begin();
        String[] cursor = String.valueOf(one.cursor()).split("\\.");
        String above = cursor[0] + ".zz." + cursor[2] + "." + cursor[3];

        assertThat(one.api().get(one.path("/messages?after=" + above)).status()).isEqualTo(410);
    }

    @Test
    void aCursorThatNeverWasOneIsAnInvalidField() {
        NativePerson one = person().begin();

        Reply reply = one.api().get(one.path("/messages?after=nonsense"));

        assertThat(reply.json(400).path("field").asText()).isEqualTo("after");
        assertThat(refused("?after=a.1.0.0")).isEqualTo(400);
    }

    /** Most requests are found by a short way, which must not be another one for unusual spellings. */
    @Test
    void aPathIsTheSameHoweverItIsSpelled() {
        NativePerson one = person().begin();
        String path = one.path("/messages");
        int id = path.indexOf("/sessions/") + "/sessions/".length();
        String escaped = path.substring(0, id) + "%%%02X".formatted((int) path.charAt(id)) + path.substring(id + 1);

        assertThat(one.api().get(escaped).status()).isEqualTo(200);
        assertThat(one.api().get(path.replace("/api/v1/", "/api/./v1/")).status())
                .isEqualTo(200);
        assertThat(one.api().get(path + "/").status())
                .isEqualTo(one.api().get(escaped + "/").status());
        assertThat(one.api().get("/api/v1/sessions//messages").status()).isEqualTo(404);
        assertThat(one.api().get("/api/v1/sessions/a/b/messages").status()).isEqualTo(404);
        Reply other = one.api().delete(path);
        assertThat(other.status()).isEqualTo(405);
        assertThat(other.header("Allow")).isEqualTo("GET, POST");
    }

    @Test
    void anUnknownSessionIsGone() {
        NativePerson nobody = person();

        assertThat(nobody.api().get("/api/v1/sessions/none/messages").status()).isEqualTo(410);
        assertThat(nobody.api()
                        .get("/api/v1/sessions/%s/messages".formatted("A".repeat(32)))
                        .status())
                .isEqualTo(410);
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=nonsense", "after=a.1.0.0", "wait=soon", "limit=few"})
    void whoAsksBadlyIsToldItsModeAllTheSame(String query) {
        NativePerson one = person().begin();

        Reply reply = one.api().get(one.path("/messages?" + query));

        assertThat(reply.status()).isIn(400, 410);
        assertThat(reply.header("Sluice-Mode")).isEqualTo("websocket");
    }

    @Test
    void whoSendsNonsenseIsToldItsModeAllTheSameAndNobodyElseIs() {
        NativePerson one = person().begin();

        Reply own = one.api().postText(one.path("/messages"), "{nonsense");
        Reply foreign = gateway.anonymous().postText(one.path("/messages"), "{nonsense");

        assertThat(own.status()).isEqualTo(400);
        assertThat(own.header("Sluice-Mode")).isEqualTo("websocket");
        assertThat(foreign.header("Sluice-Mode")).isNull();
    }

    @Test
    void aProblemDoesNotSayTheSessionsName() {
        NativePerson one = person().begin();

        Reply reply = one.api().get(one.path("/messages?after=nonsense"));

        assertThat(reply.text()).doesNotContain(one.session());
    }

    @Test
    void aBatchThatIsNoneNamesWhatIsWrong() {
        NativePerson person = person().begin();
        Map<String, String> ping = Map.of("type", "ping");
        Map<Object, String> wrong = new LinkedHashMap<>();
        wrong.put(List.of(), "body");
        wrong.put(Collections.nCopies(101, ping), "body");
        wrong.put(List.of(ping, 7), "[1]");
        wrong.put(Map.of("messages", List.of()), "messages");
        wrong.put(Map.of("messages", List.of(ping, List.of())), "messages[1]");

        wrong.forEach((batch, named) -> assertThat(person.api()
                        .post(person.path("/messages"), batch)
                        .json(400)
                        .path("field")
                        .asText())
                .isEqualTo(named));
        assertThat(person.api()
                        .post("/api/v1/sessions", List.of())
                        .json(400)
                        .path("field")
                        .asText())
                .isEqualTo("body");
    }

    @Test
    void aBatchThatIsNotGoodDoesNothing() {
        NativePerson one = person().begin();
        String channel = "batch-" + UUID.randomUUID();

        Reply reply = one.api()
                .post(
                        one.path("/messages"),
                        List.of(Map.of("type", "subscribe", "channel", channel), Map.of("type", "no-such-type")));

        assertThat(reply.json(400).path("code").asText()).isEqualTo("unknown-type");
        assertThat(one.api().get(one.path("/messages")).json(200).path("messages"))
                .isEmpty();
        assertThat(one.api().post(one.path("/messages"), List.of()).status()).isEqualTo(400);
    }

    @Test
    void tenThousandSubscriptionsEndAtTheBound() {
        NativePerson one = person();
        NativeWire wire = one.connect(Way.WEBSOCKET);
        String base = "many-" + UUID.randomUUID() + "-";
        int asked = 0;
        JsonNode last = null;
        while (asked < 10_000) {
            // As fast as the budget lets a client go that minds it.
            wire.say("subscribe", "s" + asked, Map.of("channel", base + asked));
            String id = "s" + asked++;
            last = wire.await(
                    "an answer", frame -> id.equals(frame.path("request_id").asText()));
            if (last.path("type").asText().equals("error")) {
                break;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(11_000_000);
        }

        assertThat(asked).isEqualTo(1_001);
        assertThat(last.path("payload").path("code").asText()).isEqualTo("too-many-subscriptions");
    }
}
