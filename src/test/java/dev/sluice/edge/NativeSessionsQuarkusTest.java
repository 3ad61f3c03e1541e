package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.AgentSocketClient.Refused;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Jwts;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.NativePerson.Way;
import dev.sluice.testkit.NativeWire;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native clients from the first question to the last goodbye: who is let in, where, and what moves them. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class NativeSessionsQuarkusTest {

    @Inject
    Gateway gateway;

    @Inject
    InstantSource clock;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final String name = "native-" + UUID.randomUUID();

    @AfterEach
    void leave() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        gateway.restore();
    }

    private NativePerson person(String token) {
        NativePerson person = new NativePerson(gateway.uri(), token);
        open.add(person);
        return person;
    }

    private AgentSocketClient socket(String pathAndQuery, String token) {
        AgentSocketClient socket = AgentSocketClient.open(gateway.uri(), pathAndQuery, token);
        open.add(socket);
        return socket;
    }

    private int refused(String pathAndQuery, String token) {
        Refused refused = catchThrowableOfType(Refused.class, () -> socket(pathAndQuery, token));
        assertThat(refused).as("refused").isNotNull();
        return refused.reply().status();
    }

    private String jwt(String subject, int seconds, String... channels) {
        return Jwts.user(subject, clock.instant().getEpochSecond() + seconds, channels);
    }

    private void publish(String channel, int n) {
        gateway.admin()
                .post("/api/v1/events", Map.of("channel", channel, "event", "tick", "data", Map.of("n", n)))
                .json(200);
    }

    // --- asking, and beginning ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'type':'zzz'",
                "'type':'subscribe'",
                "'type':'subscribe','channel':7",
                "'type':'publish','payload':[]",
                "'type':'ack','payload':{'cursor':'none'}",
            })
    void whatCannotBeDoneIsAnsweredInOrderAndAgainAfterACut(String wrong) {
        AgentSocketClient first = socket("/ws", null);
        JsonNode welcome = first.await("welcome");
        String before = welcome.path("cursor").asText();
        first.sendText("{%s,'request_id':'z1'}".formatted(wrong).replace('\'', '"'));
        JsonNode told = first.await("error");
        assertThat(told.path("request_id").asText()).isEqualTo("z1");
        assertThat(told.path("cursor").asText()).isNotEqualTo(before);
        first.cut();

        String resume =
                "/ws?resume_token=" + welcome.at("/payload/resume_token").asText() + "&after=" + before;
        JsonNode again = socket(resume, null).await("error");

        assertThat(again.path("request_id").asText()).isEqualTo("z1");
        assertThat(again.path("cursor")).isEqualTo(told.path("cursor"));
    }

    @Test
    void anAgentsIdIsANameAsWell() {
        assertThat(gateway.anonymous()
                        .get("/api/v1/connect?agent_id=" + name)
                        .json(200)
                        .path("client_id")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void aTicketBeginsOneSessionOverWhicheverTransport() {
        JsonNode answer =
                gateway.anonymous().get("/api/v1/connect?client_id=" + name).json(200);

        assertThat(answer.path("mode").asText()).isEqualTo("websocket");
        assertThat(answer.path("client_id").asText()).isEqualTo(name);
        assertThat(answer.path("websocket_url").asText())
                .startsWith("ws://localhost:")
                .endsWith("/ws?client_id=" + name);
        assertThat(answer.path("grace_ms").asInt()).isPositive();
        String ticket = answer.path("resume_token").asText();

        JsonNode welcome =
                socket("/ws?resume_token=" + ticket, null).await("welcome").path("payload");
        assertThat(welcome.path("recovered").asBoolean()).isFalse();
        assertThat(welcome.path("client_id").asText()).isEqualTo(name);

        // Its session is there now: the ticket takes it up again, and a new one is not begun.
        JsonNode again =
                socket("/ws?resume_token=" + ticket, null).await("welcome").path("payload");
        assertThat(again.path("session_id")).isEqualTo(welcome.path("session_id"));
        gateway.anonymous().delete("/api/v1/sessions/" + ticket);
        assertThat(refused("/ws?resume_token=" + ticket, null)).isEqualTo(410);
    }

    @Test
    void aTicketStandsForTheSessionInItsUrls() {
        JsonNode answer =
                gateway.anonymous().get("/api/v1/connect?transports=poll").json(200);
        String poll = answer.path("poll_url").asText().replaceFirst("http://[^/]+", "");

        gateway.anonymous()
                .post(poll, Map.of("type", "subscribe", "channel", name))
                .json(202);
        JsonNode messages = gateway.anonymous().get(poll + "?wait=5").json(200).path("messages");

        assertThat(messages.get(0).path("type").asText()).isEqualTo("subscribed");
    }

    @Test
    void anAnswerToAPollSaysHowTheClientIsServed() {
        NativePerson person = person(null).begin();

        Reply reply = person.api().get(person.path("/messages?after=" + person.cursor()));

        assertThat(reply.json(200).path("messages")).isEmpty();
        assertThat(reply.json().path("cursor").asText()).isEqualTo(person.cursor());
        assertThat(reply.json().path("mode").asText()).isEqualTo("websocket");
        assertThat(reply.json().path("websocket_url").asText()).contains("/ws");
        assertThat(reply.header("Sluice-Mode")).isEqualTo("websocket");
    }

    @Test
    void takingASessionUpByPostIsAnsweredWith200AndItsPlace() {
        NativePerson person = person(null).begin();

        Reply reply = person.api()
                .post("/api/v1/sessions", Map.of("resume_token", person.resumeToken(), "after", person.cursor()));

        assertThat(reply.json(200).path("session_id").asText()).isEqualTo(person.session());
        assertThat(reply.json().path("recovered").asBoolean()).isTrue();
        assertThat(reply.json().path("cursor").asText()).isEqualTo(person.cursor());
    }

    @Test
    void aSessionThatWasEndedIsGone() {
        NativePerson person = person(null).begin();

        assertThat(person.api().delete(person.path("")).status()).isEqualTo(204);

        assertThat(person.api().get(person.path("/messages")).status()).isEqualTo(410);
        assertThat(refused("/ws?resume_token=" + person.resumeToken(), null)).isEqualTo(410);
    }

    @Test
    void aPollThatWaitsIsAnsweredByWhatComes() {
        NativePerson person = person(null);
        NativeWire wire = person.connect(Way.POLLING);
        wire.say("subscribe", "s", Map.of("channel", name));
        wire.await("subscribed", "s");
        CompletableFuture<Reply> waiting =
                person.api().getLater(person.path("/messages?wait=30&after=" + person.cursor()));

        publish(name, 1);

        JsonNode messages = waiting.join().json(200).path("messages");
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).path("payload").path("data").path("n").asInt())
                .isEqualTo(1);
    }

    @Test
    void ofTwoPollsTheOlderIsAnsweredEmptyWithItsOwnCursor() {
        NativePerson person = person(null).begin();
        String poll = person.path("/messages?wait=30&after=" + person.cursor());
        CompletableFuture<Reply> older = person.api().getLater(poll);
        CompletableFuture<Reply> newer = person.api().getLater(poll);

        Object first = CompletableFuture.anyOf(older, newer).join();

        Reply answered = (Reply) first;
        assertThat(answered.json(200).path("messages")).isEmpty();
        assertThat(answered.json().path("cursor").asText()).isEqualTo(person.cursor());
        person.api().delete(person.path(""));
        CompletableFuture.allOf(older, newer).join();
    }

    @Test
    void aPollThatDoesNotWaitGetsWhatHasToBeReadFromAHistory() {
        NativePerson person = person(null).begin();
        String begin = person.cursor();
        NativeWire wire = person.connect(Way.POLLING);
        wire.say("subscribe", "s", Map.of("channel", name));
        wire.await("subscribed", "s");
        publish(name, 1);
        wire.await("event", frame -> frame.path("type").asText().equals("event"));
        // So everything is acknowledged, and not held any more.
        person.api().get(person.path("/messages?after=" + person.cursor())).json(200);

        List<Integer> heard = new ArrayList<>();
        String at = begin;
        for (int i = 0; i < 5 && heard.isEmpty(); i++) {
            JsonNode answer =
                    person.api().get(person.path("/messages?after=" + at)).json(200);
            answer.path("messages").findValues("n").forEach(n -> heard.add(n.asInt()));
            at = answer.path("cursor").asText();
        }

        assertThat(heard).as("without ever waiting").containsExactly(1);
    }

    // --- the old addresses ---

    @Test
    void oldClientsSubscribeInTheirFlatForm() {
        AgentSocketClient socket = socket("/ws/native", null);
        socket.sendText("{\"type\":\"subscribe\",\"channel\":\"%s\"}".formatted(name));
        assertThat(socket.await("subscribed").has("request_id")).isFalse();

        publish(name, 5);

        assertThat(socket.await("event").path("payload").path("data").path("n").asInt())
                .isEqualTo(5);
    }

    @Test
    void anOldAddressHasItsChannelJoined() {
        AgentSocketClient own = socket("/ws/some-client?token=" + jwt(name, 60), null);
        own.await("subscribed");
        publish("private-user-" + name, 1);
        assertThat(own.await("event").path("payload").path("channel").asText()).isEqualTo("private-user-" + name);

        AgentSocketClient sync = socket("/ws/roblox", jwt(name, 60, "private-roblox-*"));
        assertThat(sync.await("subscribed").path("payload").path("channel").asText())
                .isEqualTo("private-roblox-sync");
        AgentSocketClient live = socket("/ws/analytics/realtime", jwt(name, 60, "presence-*"));
        live.await("subscribed");
        assertThat(live.await("presence")
                        .path("payload")
                        .path("members")
                        .get(0)
                        .path("client_id")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void anOldAddressIsClosedToWhoMayNotJoinItsChannel() {
        assertThat(refused("/ws/roblox", null)).isEqualTo(401);
        assertThat(refused("/ws/roblox", jwt(name, 60))).isEqualTo(403);
        assertThat(refused("/ws", "no-such-token")).isEqualTo(401);
    }

    // --- whose session it is ---

    @Test
    void somebodyElsesSessionIsForbidden() {
        NativePerson ann = person(jwt("ann-" + name, 60)).begin();
        Api bob = gateway.api(jwt("bob-" + name, 60));

        assertThat(bob.get(ann.path("/messages")).status()).isEqualTo(403);
        assertThat(bob.post("/api/v1/sessions", Map.of("resume_token", ann.resumeToken()))
                        .status())
                .isEqualTo(403);
        assertThat(refused("/ws?resume_token=" + ann.resumeToken(), jwt("bob-" + name, 60)))
                .isEqualTo(403);
        // The session's secret is enough for its owner, whose JWT is still good.
        assertThat(gateway.anonymous().get(ann.path("/messages")).status()).isEqualTo(200);
    }

    @Test
    void anExpiredJwtClosesTheConnectionAndANewerOneTakesTheSessionUp() {
        // The clock skew that is allowed goes on top, so this one has a second left.
        String old = jwt(name, -29);
        NativePerson person = person(old);
        AgentSocketClient socket = socket("/ws", old);
        JsonNode welcome = socket.await("welcome");
        person.welcomed(welcome.path("payload"));

        assertThat(socket.awaitClose()).isEqualTo(4401);

        assertThat(gateway.anonymous().get(person.path("/messages")).status()).isEqualTo(401);
        JsonNode again = socket(
                        "/ws?resume_token=%s&after=%s"
                                .formatted(
                                        person.resumeToken(),
                                        welcome.path("cursor").asText()),
                        jwt(name, 60))
                .await("welcome");
        assertThat(again.path("payload").path("recovered").asBoolean()).isTrue();
    }

    @Test
    void anAuthFrameKeepsTheConnectionOpen() {
        AgentSocketClient socket = socket("/ws", jwt(name, -28));
        socket.await("welcome");

        socket.type("auth", "a1", Map.of("token", jwt("somebody-else", 60)));
        assertThat(socket.await("error", "a1").path("payload").path("code").asText())
                .isEqualTo("forbidden");
        socket.type("auth", "a2", Map.of("token", jwt(name, 60, "private-late")));
        socket.await("ack", "a2");

        socket.type("subscribe", "s1", Map.of("channel", "private-late"));
        socket.await("subscribed", "s1");
    }

    @Test
    void aNewerJwtThatOpensLessEndsWhatItDoesNotOpen() {
        AgentSocketClient socket = socket("/ws", jwt(name, 60, "private-a", "private-b"));
        socket.type("subscribe", "s1", Map.of("channel", "private-a"));
        socket.type("subscribe", "s2", Map.of("channel", "private-b"));
        socket.await("subscribed", "s1");
        socket.await("subscribed", "s2");

        socket.type("auth", "a", Map.of("token", jwt(name, 60, "private-b")));

        assertThat(socket.await("unsubscribed").path("payload").path("channel").asText())
                .isEqualTo("private-a");
    }

    @Test
    void twoTabsOfOneClientDoNotEvictEachOtherAndOneSessionTakenTwiceDoes() {
        AgentSocketClient one = socket("/ws?client_id=" + name, null);
        AgentSocketClient two = socket("/ws?client_id=" + name, null);
        JsonNode first = one.await("welcome").path("payload");
        two.await("welcome");

        socket(
                        "/ws?client_id=%s&resume_token=%s"
                                .formatted(name, first.path("resume_token").asText()),
                        null)
                .await("welcome");

        assertThat(one.awaitClose()).isEqualTo(4409);
        two.type("ping", "p", Map.of());
        two.await("pong", "p");
    }

    @Test
    void whoseSessionIsEndedIsToldSoBeforeTheClose() {
        AgentSocketClient socket = socket("/ws?client_id=" + name, null);
        String id = socket.await("welcome").path("payload").path("session_id").asText();

        assertThat(gateway.anonymous().delete("/api/v1/sessions/" + id).status())
                .isEqualTo(204);

        assertThat(socket.await("error").path("payload").path("code").asText()).isEqualTo("gone");
        assertThat(socket.awaitClose()).isEqualTo(4410);
    }

    private List<String> members(String channel) {
        return gateway.admin()
                .get("/api/v1/channels/" + channel + "/presence")
                .json(200)
                .path("members")
                .findValuesAsText("client_id");
    }

    private String transportOf(String member, String channel) {
        for (JsonNode each : gateway.admin()
                .get("/api/v1/channels/" + channel + "/presence")
                .json(200)
                .path("members")) {
            if (each.path("client_id").asText().equals(member)) {
                return each.path("transport").asText();
            }
        }
        return "not there";
    }

    @Test
    void aMemberIsShownWithTheTransportThatItIsOnNow() {
        String channel = "presence-" + name;
        NativePerson person = person(jwt(name, 60, channel));
        NativeWire wire = person.connect(Way.WEBSOCKET);
        wire.say("subscribe", "s", Map.of("channel", channel));
        wire.await("presence");
        assertThat(transportOf(name, channel)).isEqualTo("websocket");

        for (Way way : List.of(Way.POLLING, Way.SSE, Way.WEBSOCKET)) {
            wire.cut();
            wire = person.connect(way);
            if (way == Way.POLLING) {
                // It is there with its first poll.
                person.api().get(person.path("/messages")).json(200);
            }
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> transportOf(name, channel)
                    .equals(way.name().toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void presenceOutlivesCutsAndSupersessionAndEndsWithTheSession() {
        String channel = "presence-" + name;
        String bob = name + "-bob";
        NativeWire watcher = person(jwt(name, 60, channel)).connect(Way.WEBSOCKET);
        watcher.say("subscribe", "s", Map.of("channel", channel));
        watcher.await("subscribed", "s");
        NativePerson person = person(jwt(bob, 60, channel));
        NativeWire first = person.connect(Way.WEBSOCKET);
        first.say("subscribe", "s", Map.of("channel", channel));
        first.await("subscribed", "s");

        first.cut();
        assertThat(members(channel)).containsExactlyInAnyOrder(name, bob);
        person.connect(Way.WEBSOCKET);
        person.connect(Way.SSE);
        person.api().get(person.path("/messages")).json(200);
        person.connect(Way.WEBSOCKET);
        assertThat(members(channel)).containsExactlyInAnyOrder(name, bob);
        NativePerson tab = person(jwt(bob, 60, channel));
        NativeWire ofTab = tab.connect(Way.POLLING);
        ofTab.say("subscribe", "s", Map.of("channel", channel));
        ofTab.await("subscribed", "s");
        tab.api().delete(tab.path(""));
        assertThat(members(channel)).containsExactlyInAnyOrder(name, bob);
        person.api().delete(person.path(""));

        Map<String, String> told = new LinkedHashMap<>();
        watcher.await("leave", frame -> {
            JsonNode payload = frame.path("payload");
            if (frame.path("type").asText().equals("presence")) {
                told.put(
                        frame.path("cursor").asText(),
                        payload.path("action").asText()
                                + payload.path("members").findValuesAsText("client_id"));
            }
            return payload.path("action").asText().equals("leave");
        });
        assertThat(told.values()).containsExactly("sync[" + name + "]", "join[" + bob + "]", "leave[" + bob + "]");
        assertThat(members(channel)).containsExactly(name);
    }

    @Test
    void aRevokedTokenLosesItsConnection() {
        var issued = gateway.issue(TokenKind.PUBLISHER, 1, null);
        AgentSocketClient socket = socket("/ws", issued.secret());
        socket.await("welcome");

        gateway.revoke(issued.token().id());

        assertThat(socket.awaitClose()).isEqualTo(4401);
    }

    // --- the rollout ---

    @Test
    void outsideTheRolloutAnUpgradeIsRefusedAndPollingServes() {
        gateway.percentage("0");

        Refused refused = catchThrowableOfType(Refused.class, () -> socket("/ws?client_id=" + name, null));

        assertThat(refused.reply().status()).isEqualTo(403);
        assertThat(refused.reply().json().path("code").asText()).isEqualTo("outside-rollout");
        assertThat(refused.reply().header("Sluice-Mode")).isEqualTo("polling");
        NativePerson person = person(null).begin();
        Reply poll = person.api().get(person.path("/messages"));
        assertThat(poll.json(200).path("mode").asText()).isEqualTo("polling");
        assertThat(poll.json().path("fallback_mode").asBoolean()).isTrue();
        // One that cannot poll keeps its WebSocket.
        socket("/ws?client_id=%s&fallback=none".formatted(name), null).await("welcome");
    }

    @Test
    void withoutFallbackNobodyInTheRolloutPolls() {
        NativePerson person = person(null).begin();
        gateway.flags(true, false);

        Reply poll = person.api().get(person.path("/messages"));

        assertThat(poll.status()).isEqualTo(426);
        assertThat(poll.header("Upgrade")).isEqualTo("websocket");
        assertThat(person.api().get(person.path("/events")).status()).isEqualTo(426);
        socket("/ws?resume_token=" + person.resumeToken(), null).await("welcome");
    }

    @Test
    void loweringThePercentageMovesASocketWithItsSession() {
        NativePerson person = person(null);
        NativeWire wire = person.connect(Way.WEBSOCKET);
        wire.say("subscribe", "s", Map.of("channel", name));
        wire.await("subscribed", "s");

        gateway.percentage("0");

        JsonNode asked = wire.await("switch").path("payload");
        assertThat(asked.path("mode").asText()).isEqualTo("polling");
        assertThat(asked.path("reason").asText()).isEqualTo("outside-rollout");
        assertThat(asked.path("resume_token").asText()).isNotEmpty();
        publish(name, 1);
        JsonNode event = person.connect(Way.POLLING).await("event");
        assertThat(event.path("payload").path("data").path("n").asInt()).isEqualTo(1);
    }

    @Test
    void aClientThatWasToldToSwitchAndStaysIsClosed() {
        AgentSocketClient socket = socket("/ws", null);
        socket.await("welcome");

        gateway.percentage("0");

        assertThat(socket.awaitClose()).isEqualTo(4503);
    }

    @Test
    void raisingThePercentageTellsAPollThatWaitsAndEndsAStream() {
        gateway.percentage("0");
        NativePerson poller = person(null).begin();
        CompletableFuture<Reply> poll =
                poller.api().getLater(poller.path("/messages?wait=50&after=" + poller.cursor()));
        NativePerson reader = person(null).begin();
        NativeWire stream = reader.connect(Way.SSE);

        gateway.percentage("100");

        assertThat(poll.join().json(200).path("mode").asText()).isEqualTo("websocket");
        assertThat(stream.await("switch").path("payload").path("mode").asText()).isEqualTo("websocket");
    }

    // --- signs of life ---

    @Test
    void aSocketThatOnlyListensIsPingedAndStays() {
        AgentSocketClient socket = socket("/ws", null);
        socket.await("welcome");

        socket.awaitPing();

        socket.type("ping", "p1", Map.of());
        assertThat(socket.await("pong", "p1").path("cursor").asText()).isNotEmpty();
    }

    @Test
    void aSilentSocketIsClosedAndItsSessionStays() {
        AgentSocketClient socket = socket("/ws", null);
        String token =
                socket.await("welcome").path("payload").path("resume_token").asText();
        socket.keepSilent();

        assertThat(socket.awaitClose()).isEqualTo(4408);

        Awaitility.await()
                .untilAsserted(() -> socket("/ws?resume_token=" + token, null).await("welcome"));
    }

    // --- what is sent and not acknowledged ---

    private void publishMany(String channel, int from, int to) {
        List<Map<String, Object>> batch = IntStream.rangeClosed(from, to)
                .<Map<String, Object>>mapToObj(n -> Map.of("channel", channel, "event", "tick", "data", Map.of("n", n)))
                .toList();
        gateway.admin().post("/api/v1/events", batch).json(200);
    }

    private int unacknowledged(String client) {
        JsonNode sessions = gateway.admin()
                .get("/api/v1/admin/sessions?limit=1000")
                .json(200)
                .path("sessions");
        for (JsonNode session : sessions) {
            if (session.path("client_id").asText().equals(client)) {
                return session.path("unacknowledged_frames").asInt();
            }
        }
        throw new AssertionError("no session of " + client);
    }

    @Test
    void anOldClientAcknowledgesByThePongToAnEarlyPing() {
        AgentSocketClient old = socket("/ws?client_id=" + name, null);
        old.sendText("{\"type\":\"subscribe\",\"channel\":\"%s\"}".formatted(name));
        old.await("subscribed");

        publishMany(name, 1, 600);

        for (int n = 1; n <= 600; n++) {
            assertThat(old.await("event").path("payload").path("data").path("n").asInt())
                    .isEqualTo(n);
        }
        Awaitility.await().until(() -> unacknowledged(name) < 500);
    }

    @Test
    void aClientThatAcknowledgesItselfIsNotTakenAtItsPong() {
        AgentSocketClient socket = socket("/ws?client_id=" + name, null);
        String start = socket.await("welcome").path("cursor").asText();
        socket.type("ack", "a", Map.of("cursor", start));
        socket.type("subscribe", "s", Map.of("channel", name));
        socket.await("subscribed");
        publishMany(name, 1, 600);
        JsonNode last = socket.await(
                "the last", frame -> frame.path("payload").path("offset").asInt() == 600);
        socket.type("ping", "p", Map.of());
        socket.await("pong", "p");
        assertThat(unacknowledged(name)).isGreaterThan(600);

        socket.type("ack", "b", Map.of("cursor", last.path("cursor").asText()));

        Awaitility.await().until(() -> unacknowledged(name) == 0);
    }

    @Test
    void aStreamEndsWhileThereIsRoomAndItsReaderGoesOn() {
        NativePerson person = person(null).begin();
        person.api()
                .post(person.path("/messages"), Map.of("type", "subscribe", "channel", name))
                .json(202);
        CompletableFuture<Reply> stream = person.api().getLater(person.path("/events?after=" + person.cursor()));
        Awaitility.await()
                .until(() -> gateway.admin()
                                .get("/api/v1/channels/" + name)
                                .json(200)
                                .path("subscribers")
                                .asInt()
                        == 1);

        publishMany(name, 1, 700);

        String text = stream.join().text();
        List<String> ids = text.lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4))
                .toList();
        int seen = (int)
                text.lines().filter(line -> line.contains("\"type\":\"event\"")).count();
        assertThat(seen).isBetween(400, 999);
        String rest = person.path("/messages?limit=1000&wait=1&after=" + ids.get(ids.size() - 1));
        assertThat(person.api().get(rest).json(200).path("messages")).hasSize(700 - seen);
    }

    // --- browsers ---

    @Test
    void aBrowserOnAPageOfOursIsToldApartByACookie() throws Exception {
        String head = "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        .formatted(gateway.uri().getAuthority())
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Origin: http://%s\r\n\r\n".formatted(gateway.uri().getAuthority());
        try (Socket socket = new Socket(gateway.uri().getHost(), gateway.uri().getPort())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            List<String> lines = new ArrayList<>();
            for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
                lines.add(line);
            }
            assertThat(lines.get(0)).contains("101");
            assertThat(lines)
                    .anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("set-cookie: sluice_client=")
                            && line.contains("HttpOnly"));
        }
        assertThat(gateway.anonymous().get("/api/v1/connect").header("Set-Cookie"))
                .isNull();
    }
}
