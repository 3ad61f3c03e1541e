package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.EngineSocketWire;
import dev.sluice.testkit.EngineWire;
import dev.sluice.testkit.EngineWire.Answer;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Json;
import dev.sluice.testkit.Jwts;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.SocketIoPerson;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Socket.IO clients and the house: who is let in, how they are served, what reaches them, and what moves them. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class SocketIoQuarkusTest {
    private static final String POLLING = "EIO=4&transport=polling";
    private static final String WEBSOCKET = "EIO=4&transport=websocket";

    @Inject
    Gateway gateway;

    @Inject
    InstantSource clock;

    private final String name = "sio-" + UUID.randomUUID();
    private final List<AutoCloseable> open = new ArrayList<>();
    private EngineWire wire;

    @BeforeEach
    void aWire() {
        wire = new EngineWire(gateway.uri(), "/socket.io/");
    }

    @AfterEach
    void leave() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        gateway.restore();
    }

    private SocketIoPerson person(String namespace) {
        SocketIoPerson person = new SocketIoPerson(gateway.uri(), namespace, "&client_id=" + name);
        open.add(person);
        return person;
    }

    private SocketIoPerson connected(String namespace) {
        SocketIoPerson person = person(namespace);
        person.connect();
        return person;
    }

    private void publish(String channel, int n) {
        gateway.admin()
                .post("/api/v1/events", Map.of("channel", channel, "event", "tick", "data", n))
                .json(200);
    }

    private static void assertTick(List<JsonNode> event, int n, String channel) {
        assertThat(event.get(0).asText()).isEqualTo("tick");
        assertThat(event.get(1).asInt()).isEqualTo(n);
        assertThat(event.get(2).path("channel").asText()).isEqualTo(channel);
        assertThat(event.get(2).path("offset").asLong()).isPositive();
    }

    // --- channels ---

    @Test
    void aRoomIsAChannelAndAnswersComeBeforeItsEvents() {
        SocketIoPerson person = connected("/");

        JsonNode answer = person.ask("subscribe", Map.of("channel", name));
        publish(name, 1);

        assertThat(answer.path("ok").asBoolean()).isTrue();
        assertThat(answer.path("channel").asText()).isEqualTo(name);
        assertThat(answer.path("offset").asLong()).isZero();
        assertTick(person.event(), 1, name);
        assertThat(person.ask("unsubscribe", Map.of("channel", name)).path("ok").asBoolean())
                .isTrue();
    }

    @Test
    void aNamespaceIsAChannelAndItsRoomsAreItsOwn() {
        SocketIoPerson person = connected("/pipelines");

        JsonNode answer = person.ask("subscribe", name);
        publish("pipelines;" + name, 1);

        assertThat(answer.path("channel").asText()).isEqualTo("pipelines;" + name);
        assertTick(person.event(), 1, "pipelines;" + name);
    }

    @Test
    void aSubscriptionMayBeginInThePast() {
        SocketIoPerson person = connected("/");
        JsonNode first = person.ask("subscribe", Map.of("channel", name));
        publish(name, 1);
        publish(name, 2);
        person.event();
        person.event();
        person.ask("unsubscribe", Map.of("channel", name));
        JsonNode look = gateway.admin().get("/api/v1/channels/" + name).json(200);

        String epoch = look.path("epoch").asText();
        for (Object place : List.of(Map.of("epoch", epoch, "offset", 1), epoch + ":1")) {
            JsonNode since = person.ask("subscribe", Map.of("channel", name, "since", place));

            assertThat(first.has("recovered")).isFalse();
            assertThat(since.path("recovered").asBoolean()).isTrue();
            assertTick(person.event(), 2, name);
        }
    }

    @Test
    void aBinaryEventReachesItsSubscribersAsBinary() {
        SocketIoPerson person = connected("/");
        person.ask("subscribe", name);

        gateway.admin()
                .post("/api/v1/events", Map.of("channel", name, "event", "blob", "data_base64", "AQID"))
                .json(200);

        assertThat(person.open().takeText()).startsWith("451-[\"blob\",{\"_placeholder\":true,\"num\":0},");
        assertThat(person.open().take()).isEqualTo(new byte[] {1, 2, 3});
        JsonNode history =
                gateway.admin().get("/api/v1/channels/" + name + "/history").json(200);
        assertThat(history.path("events").path(0).path("data_base64").asText()).isEqualTo("AQID");
        assertThat(history.path("events").path(0).has("data")).isFalse();
    }

    @Test
    void whatMayNotBeIsAnsweredAndNothingElseHappens() {
        SocketIoPerson person = connected("/");

        assertThat(person.ask("subscribe", Map.of("channel", "private-" + name))
                        .path("code")
                        .asText())
                .isEqualTo("forbidden");
        assertThat(person.ask("subscribe", Map.of()).path("code").asText()).isEqualTo("missing-field");
        assertThat(person.ask("something", Map.of()).path("code").asText()).isEqualTo("no-upstream");
    }

    @Test
    void aReservedNameDoesNotBreakTheClient() {
        SocketIoPerson person = connected("/");
        person.ask("subscribe", name);

        gateway.admin()
                .post("/api/v1/events", Map.of("channel", name, "event", "connect", "data", 1))
                .json(200);

        assertThat(person.event().get(0).asText()).isEqualTo("sluice:connect");
    }

    // --- who connects ---

    @Test
    void aUserIsKnownByTheTokenInAuth() {
        String channel = "private-user-" + name;
        String jwt = Jwts.user(name, clock.instant().getEpochSecond() + 600);
        EngineSocketWire socket = wire.socket(WEBSOCKET);
        socket.take();
        socket.send("40{\"token\":\"" + jwt + "\"}");
        assertThat(socket.takeText()).startsWith("40{");

        socket.send("421[\"subscribe\",{\"channel\":\"" + channel + "\"}]");

        assertThat(socket.takeText()).startsWith("431[{\"ok\":true");
        socket.close();
    }

    @Test
    void whoProvesWhoItIsInAuthSpendsNothingOfItsAddress() {
        String jwt = Jwts.user(name, clock.instant().getEpochSecond() + 600);
        EngineSocketWire noisy = wire.socket(WEBSOCKET);
        noisy.take();
        noisy.send("40{\"token\":\"" + jwt + "\"}");
        noisy.takeText();

        noisy.sendUntilClosed("42[\"noise\"]", 1_000);

        assertThat(noisy.awaitClose()).isEqualTo(4429);
        assertThat(connected("/").ask("hello", 1).path("code").asText()).isEqualTo("no-upstream");
    }

    @Test
    void aWrongTokenIsAConnectErrorAndTheConnectionGoesOn() {
        EngineSocketWire socket = wire.socket(WEBSOCKET);
        socket.take();

        socket.send("40{\"token\":\"a.b.c\"}");
        assertThat(socket.takeText()).startsWith("44{\"message\":").contains("\"code\":\"unauthorized\"");
        socket.send("40");

        assertThat(socket.takeText()).startsWith("40{");
        socket.close();
    }

    @Test
    void aTokenThatIsRevokedEndsTheConnectionThatShowedIt() {
        TokenBook.Issued issued = gateway.issue(TokenKind.PUBLISHER, gateway.workspace(), null);
        EngineSocketWire socket = wire.socket(WEBSOCKET);
        socket.take();
        socket.send("40{\"token\":\"" + issued.secret() + "\"}");
        assertThat(socket.takeText()).startsWith("40{");

        gateway.revoke(issued.token().id());

        assertThat(socket.awaitClose()).isEqualTo(4401);
    }

    @Test
    void aConnectionsIdIsItsSecret() {
        String sid = EngineWire.sidIn(
                wire.send("GET", POLLING, null, "Origin", "https://app.example").body());

        assertThat(wire.get(EngineWire.session("guessed")).body()).contains("\"code\":1");
        assertThat(wire.send(
                                "GET",
                                EngineWire.session(sid),
                                null,
                                "Origin",
                                gateway.uri().toString())
                        .status())
                .isEqualTo(403);
        assertThat(wire.send("POST", EngineWire.session(sid), "40", "Origin", "https://app.example")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aForeignPageIsRefused() {
        assertThat(wire.send("GET", POLLING, null, "Origin", "https://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(wire.refusedUpgrade(WEBSOCKET, "Origin", "https://evil.example"))
                .isEqualTo(403);
    }

    // --- bounds ---

    @Test
    void aBodyThatIsTooLongIsRefusedAndTheConnectionGoesOn() {
        String sid = wire.open();

        Answer refused = wire.post(EngineWire.session(sid), "4" + "x".repeat(1_000_001));
        Answer taken = wire.post(EngineWire.session(sid), "40");

        assertThat(refused.status()).isEqualTo(413);
        assertThat(taken.status()).isEqualTo(200);
        assertThat(wire.get(EngineWire.session(sid)).body()).startsWith("40{");
    }

    @Test
    void binaryBodiesAndUnknownPacketsEndTheConnection() {
        String sid = wire.open();

        assertThat(wire.send("POST", EngineWire.session(sid), "x", "Content-Type", "application/octet-stream")
                        .status())
                .isEqualTo(400);
        assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
    }

    @Test
    void aSecondGetEndsTheConnection() {
        String sid = wire.open();
        CompletableFuture<Answer> first = wire.getLater(EngineWire.session(sid));
        CompletableFuture<Answer> second = wire.getLater(EngineWire.session(sid));

        assertThat(List.of(first.join().status(), second.join().status())).containsExactlyInAnyOrder(200, 400);
        assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
    }

    // --- the rollout ---

    @Test
    void outsideTheRolloutNothingIsOfferedAndNoWebSocketOpens() {
        gateway.percentage("0");

        Answer handshake = wire.get(POLLING + "&client_id=" + name);

        assertThat(Json.read(handshake.body().substring(1)).path("upgrades")).isEmpty();
        assertThat(handshake.headers().get("sluice-mode")).containsExactly("polling");
        assertThat(wire.refusedUpgrade(WEBSOCKET + "&client_id=" + name)).isEqualTo(403);
        assertThat(wire.refusedUpgrade(WEBSOCKET + "&sid=" + EngineWire.sidIn(handshake.body())))
                .isEqualTo(403);
    }

    @Test
    void whoCannotPollKeepsItsWebSocket() {
        gateway.percentage("0");

        EngineSocketWire socket = wire.socket(WEBSOCKET + "&fallback=none&client_id=" + name);

        assertThat(socket.takeText()).startsWith("0{");
        socket.close();
    }

    @Test
    void loweringThePercentageClosesTheWebSocketOnceEverythingArrived() {
        SocketIoPerson person = connected("/pipelines");
        person.ask("subscribe", name);
        publish("pipelines;" + name, 1);
        person.event();

        gateway.percentage("0");
        // The ping that asks whether everything arrived; answered by whoever takes messages.
        CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
            try {
                person.open().take();
            } catch (UncheckedIOException over) {
                // It was closed.
            }
        });
        int code = person.open().awaitClose();
        answering.cancel(true);

        assertThat(code).isEqualTo(4503);
    }

    // --- recovery ---

    @Test
    void whatWasMissedComesOnceAndInOrderAgainAndAgain() {
        SocketIoPerson person = connected("/pipelines");
        String channel = "pipelines;" + name;
        person.ask("subscribe", name);
        String sid = person.sid();

        for (int round = 0; round < 3; round++) {
            person.cut();
            publish(channel, 10 * round + 1);
            publish(channel, 10 * round + 2);
            assertThat(person.connect()).as("recovered").isTrue();
            publish(channel, 10 * round + 3);

            assertTick(person.event(), 10 * round + 1, channel);
            assertTick(person.event(), 10 * round + 2, channel);
            assertTick(person.event(), 10 * round + 3, channel);
        }
        assertThat(person.sid()).isEqualTo(sid);
    }

    @Test
    void aNewcomerWithSomebodyElsesPlaceBeginsAnew() {
        EngineSocketWire socket = wire.socket(WEBSOCKET);
        socket.take();

        socket.send("40{\"pid\":\"0123456789abcdef0123\",\"offset\":\"a~b.1.1.1\"}");

        JsonNode answer = Json.read(socket.takeText().substring(2));
        assertThat(answer.path("pid").asText()).isNotEqualTo("0123456789abcdef0123");
        socket.close();
    }

    @Test
    void whatTheHistoryNoLongerHoldsIsNoRecovery() {
        SocketIoPerson person = connected("/");
        person.ask("subscribe", name);
        publish(name, 0);
        person.event();
        person.cut();

        // More than a mailbox and a history hold.
        List<Map<String, Object>> batch = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            batch.add(Map.of("channel", name, "event", "tick", "data", "x".repeat(4_000)));
        }
        gateway.admin().post("/api/v1/events", batch).json(200);

        assertThat(person.connect()).isFalse();
        assertThat(person.ask("subscribe", name).path("ok").asBoolean()).isTrue();
    }

    @Test
    void aClientThatSaidGoodbyeIsNotExpectedBack() {
        SocketIoPerson person = connected("/");

        person.send("41");
        await("its session is over")
                .atMost(Duration.ofSeconds(10))
                .until(() -> publisher()
                                .post("/api/v1/sockets/" + person.sid() + "/emit", Map.of("event", "x"))
                                .status()
                        == 404);
        person.cut();

        assertThat(person.connect()).isFalse();
    }

    // --- one socket ---

    private Api publisher() {
        return gateway.api(
                gateway.issue(TokenKind.PUBLISHER, gateway.workspace(), null).secret());
    }

    @Test
    void theApplicationSaysSomethingToOneSocketAndHearsItsAnswer() {
        SocketIoPerson person = connected("/");
        String emit = "/api/v1/sockets/" + person.sid() + "/emit";
        Api publisher = publisher();

        CompletableFuture<Reply> asked = CompletableFuture.supplyAsync(
                () -> publisher.post(emit, Map.of("event", "sure", "args", List.of(1, "two"), "ack", true)));
        String packet = person.open().takeText();
        person.send("43" + packet.substring(2, packet.indexOf('[')) + "[\"yes\",3]");

        assertThat(packet).endsWith("[\"sure\",1,\"two\"]");
        assertThat(asked.join().json(200).path("ack").toString()).isEqualTo("[\"yes\",3]");
    }

    @Test
    void moreBinaryThanALibraryTakesIsRefusedBeforeItIsSaid() {
        SocketIoPerson person = connected("/");
        String emit = "/api/v1/sockets/" + person.sid() + "/emit";
        Api publisher = publisher();
        Map<String, String> blob = Map.of("data_base64", "AQ==");

        for (boolean ack : List.of(true, false)) {
            Reply refused =
                    publisher.post(emit, Map.of("event", "many", "ack", ack, "args", Collections.nCopies(11, blob)));
            assertThat(refused.json(400).path("detail").asText()).contains("args", "10");
        }
        publisher
                .post(emit, Map.of("event", "some", "args", Collections.nCopies(10, blob)))
                .json(200);

        assertThat(person.open().takeText()).startsWith("4510-[\"some\",");
        for (int i = 0; i < 10; i++) {
            assertThat(person.open().take()).isEqualTo(new byte[] {1});
        }
    }

    @Test
    void anAnswerThatDoesNotComeIsATimeoutAndOneThatCannotComeAConflict() {
        SocketIoPerson person = connected("/");
        String emit = "/api/v1/sockets/" + person.sid() + "/emit";
        Api publisher = publisher();
        Map<String, Object> asks = Map.of("event", "sure", "ack", true, "timeout_ms", 50);

        publisher.post(emit, asks).json(504);
        person.cut();
        await("it is away")
                .atMost(Duration.ofSeconds(10))
                .until(() -> publisher.post(emit, asks).status() == 409);

        assertThat(publisher
                        .post(emit, Map.of("event", "later"))
                        .json(200)
                        .path("connected")
                        .asBoolean())
                .isFalse();
        publisher.post("/api/v1/sockets/nobody/emit", asks).json(404);
        publisher.post(emit, Map.of("ack", true)).json(400);
        gateway.anonymous().post(emit, asks).json(401);
    }

    @Test
    void whatIsSaidToASocketThatIsAwayComesWhenItIsBackAndVolatileDoesNot() {
        SocketIoPerson person = connected("/");
        String emit = "/api/v1/sockets/" + person.sid() + "/emit";
        Api publisher = publisher();
        person.cut();
        await("it is away").atMost(Duration.ofSeconds(10)).until(() -> !publisher
                .post(emit, Map.of("event", "now", "volatile", true))
                .json(200)
                .path("connected")
                .asBoolean());

        publisher.post(emit, Map.of("event", "later", "data", Map.of("n", 1))).json(200);
        assertThat(person.connect()).isTrue();

        List<JsonNode> event = person.event();
        assertThat(event.get(0).asText()).isEqualTo("later");
        assertThat(event.get(1).path("n").asInt()).isEqualTo(1);
    }
}
