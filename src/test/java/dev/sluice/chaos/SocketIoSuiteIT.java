package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.EchoApplication;
import dev.sluice.testkit.EngineSocketWire;
import dev.sluice.testkit.EngineWire;
import dev.sluice.testkit.EngineWire.Answer;
import dev.sluice.testkit.Json;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases of the protocol's public test suite (revision 5), one test each under its name, with the suite's handlers as
 * the application behind the gateway. Its part about Engine.IO is {@link EngineIoSuiteIT}'s, here at Socket.IO's own
 * path.
 *
 * @see <a href="https://github.com/socketio/socket.io-protocol/tree/main/test-suite">the suite</a>
 */
class SocketIoSuiteIT {
    private static final String POLLING = "EIO=4&transport=polling";
    private static final String WEBSOCKET = "EIO=4&transport=websocket";
    /** Where the order of arrival is open, each is to be met. */
    private static final int TIMES = 20;

    private static EchoApplication application;
    private static Gateway gateway;
    private static EngineWire wire;

    @BeforeAll
    static void start() {
        application = new EchoApplication();
        gateway = new Gateway("SocketIoSuiteIT")
                .with("SLUICE_ENGINEIO_PING_INTERVAL", "300ms")
                .with("SLUICE_ENGINEIO_PING_TIMEOUT", "200ms")
                .with("SLUICE_SOCKETIO_CONNECT_TIMEOUT", "1s")
                .with("SLUICE_SOCKETIO_NAMESPACES", "/custom")
                .with("SLUICE_SOCKETIO_RECOVERY", "false")
                .with("SOCKET_IO_CORS_ORIGIN", "*")
                .with("SLUICE_LIMITS_REQUESTS_PER_SECOND", "100000")
                .with("SLUICE_LIMITS_MESSAGES_PER_SECOND", "100000")
                .with("SLUICE_UPSTREAM_URL", application.url())
                .start();
        wire = new EngineWire(gateway.url("/"), "/socket.io/");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        application.close();
    }

    private static EngineSocketWire opened() {
        EngineSocketWire socket = wire.socket(WEBSOCKET);
        socket.take();
        return socket;
    }

    /** Connected to the main namespace, with what the suite's handlers say first. */
    private static EngineSocketWire connected() {
        EngineSocketWire socket = opened();
        socket.send("40");
        socket.take();
        assertThat(socket.take()).isEqualTo("42[\"auth\",{}]");
        return socket;
    }

    private static void assertConnected(String packet, String prefix) {
        assertThat(packet).startsWith(prefix);
        JsonNode handshake = Json.read(packet.substring(prefix.length()));
        assertThat(handshake.fieldNames()).toIterable().containsExactly("sid");
        assertThat(handshake.path("sid").isTextual()).isTrue();
    }

    @Nested
    class EngineIo {
        @Test
        void shouldSuccessfullyOpenASession() {
            JsonNode polling = Json.read(wire.get(POLLING).body().substring(1));
            JsonNode socket = Json.read(wire.socket(WEBSOCKET).takeText().substring(1));

            assertThat(polling.path("upgrades").toString()).isEqualTo("[\"websocket\"]");
            assertThat(socket.path("upgrades").toString()).isEqualTo("[]");
            assertThat(polling.path("pingInterval").asInt()).isEqualTo(300);
            assertThat(polling.path("pingTimeout").asInt()).isEqualTo(200);
            assertThat(polling.path("maxPayload").asInt()).isEqualTo(1_000_000);
            assertThat(polling.size()).isEqualTo(5);
        }

        @ParameterizedTest
        @ValueSource(strings = {"transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"})
        void shouldFailWithAnInvalidQueryParameter(String query) {
            assertThat(wire.get(query).status()).isEqualTo(400);
        }

        @ParameterizedTest
        @ValueSource(strings = {"transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"})
        void shouldFailToUpgradeWithAnInvalidQueryParameter(String query) {
            assertThat(wire.refusedUpgrade(query)).isEqualTo(400);
        }

        @Test
        void shouldFailWithAnInvalidRequestMethod() {
            assertThat(wire.post(POLLING, "").status()).isEqualTo(400);
            assertThat(wire.send("PUT", POLLING, "").status()).isEqualTo(400);
        }

        @Test
        void shouldSendPingPongPacketsOverPolling() {
            String sid = wire.open();
            for (int i = 0; i < 3; i++) {
                assertThat(wire.get(EngineWire.session(sid)).body()).isEqualTo("2");
                assertThat(wire.post(EngineWire.session(sid), "3").status()).isEqualTo(200);
            }
        }

        @Test
        void shouldCloseTheSessionUponPingTimeout() {
            String sid = wire.open();
            EngineSocketWire socket = wire.socket(WEBSOCKET);

            socket.awaitClose();
            await("polling is over as well")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> wire.get(EngineWire.session(sid)).status() == 400);
        }

        @Test
        void shouldSendPingPongPacketsOverWebSocket() {
            EngineSocketWire socket = wire.socket(WEBSOCKET);
            socket.next();
            for (int i = 0; i < 3; i++) {
                assertThat(socket.next()).isEqualTo("2");
                socket.send("3");
            }
            socket.close();
        }

        @RepeatedTest(TIMES)
        void shouldForcefullyCloseTheSessionOverPolling() {
            String sid = wire.open();
            CompletableFuture<Answer> waiting = wire.getLater(EngineWire.session(sid));
            wire.post(EngineWire.session(sid), "1");
            Answer polled = waiting.join();

            assertThat(polled.status()).isEqualTo(200);
            assertThat(polled.body()).isEqualTo("6");
            assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
        }

        @Test
        void shouldForcefullyCloseTheSessionOverWebSocket() {
            EngineSocketWire socket = opened();

            socket.send("1");

            socket.awaitClose();
        }

        @Test
        void shouldSuccessfullyUpgradeFromPollingToWebSocket() {
            EngineSocketWire socket = wire.socket(WEBSOCKET + "&sid=" + wire.open());
            socket.send("2probe");

            assertThat(socket.take()).isEqualTo("3probe");
            socket.send("5");
            assertThat(socket.next()).as("the connection goes on").isEqualTo("2");
            socket.close();
        }

        @RepeatedTest(TIMES)
        void shouldIgnoreHttpRequestsWithSameSidAfterUpgrade() {
            String sid = wire.open();
            EngineSocketWire socket = upgraded(sid);

            assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
            socket.close();
        }

        @Test
        void shouldIgnoreWebSocketConnectionWithSameSidAfterUpgrade() {
            String sid = wire.open();
            EngineSocketWire socket = upgraded(sid);

            wire.socket(WEBSOCKET + "&sid=" + sid).awaitClose();
            socket.close();
        }

        /** Nothing shows that it has arrived: what follows may be there before it. */
        private EngineSocketWire upgraded(String sid) {
            EngineSocketWire socket = wire.socket(WEBSOCKET + "&sid=" + sid);
            socket.send("2probe");
            socket.send("5");
            return socket;
        }
    }

    @Nested
    class Connect {
        @Test
        void shouldAllowConnectionToTheMainNamespace() {
            EngineSocketWire socket = opened();

            socket.send("40");

            assertConnected(socket.takeText(), "40");
            assertThat(socket.take()).isEqualTo("42[\"auth\",{}]");
        }

        @Test
        void shouldAllowConnectionToTheMainNamespaceWithAPayload() {
            EngineSocketWire socket = opened();

            socket.send("40{\"token\":\"123\"}");

            assertConnected(socket.takeText(), "40");
            assertThat(socket.take()).isEqualTo("42[\"auth\",{\"token\":\"123\"}]");
        }

        @Test
        void shouldAllowConnectionToACustomNamespace() {
            EngineSocketWire socket = opened();

            socket.send("40/custom,");

            assertConnected(socket.takeText(), "40/custom,");
            assertThat(socket.take()).isEqualTo("42/custom,[\"auth\",{}]");
        }

        @Test
        void shouldAllowConnectionToACustomNamespaceWithAPayload() {
            EngineSocketWire socket = opened();

            socket.send("40/custom,{\"token\":\"abc\"}");

            assertConnected(socket.takeText(), "40/custom,");
            assertThat(socket.take()).isEqualTo("42/custom,[\"auth\",{\"token\":\"abc\"}]");
        }

        @Test
        void shouldDisallowConnectionToAnUnknownNamespace() {
            EngineSocketWire socket = opened();

            socket.send("40/random");

            assertThat(socket.take()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
        }

        @Test
        void shouldDisallowConnectionWithAnInvalidHandshake() {
            EngineSocketWire socket = opened();

            socket.send("4abc");

            socket.awaitClose();
        }

        @Test
        void shouldCloseTheConnectionIfNoHandshakeIsReceived() {
            EngineSocketWire socket = wire.socket(WEBSOCKET);
            CompletableFuture<Void> pongs = CompletableFuture.runAsync(() -> {
                while (socket.isOpen()) {
                    if (socket.next().equals("2")) {
                        socket.send("3");
                    }
                }
            });

            socket.awaitClose();
            pongs.cancel(true);
        }
    }

    @Nested
    class Disconnect {
        @Test
        void shouldDisconnectFromTheMainNamespace() {
            EngineSocketWire socket = connected();

            socket.send("41");

            assertThat(socket.next()).as("the connection goes on").isEqualTo("2");
        }

        @Test
        void shouldConnectThenDisconnectFromACustomNamespace() {
            EngineSocketWire socket = connected();

            socket.send("40/custom");
            socket.take();
            socket.take();
            socket.send("41/custom");
            socket.send("42[\"message\",\"message to main namespace\"]");

            assertThat(socket.take()).isEqualTo("42[\"message-back\",\"message to main namespace\"]");
        }
    }

    @Nested
    class Message {
        @Test
        void shouldSendAPlainTextPacket() {
            EngineSocketWire socket = connected();

            socket.send("42[\"message\",1,\"2\",{\"3\":[true]}]");

            assertThat(socket.take()).isEqualTo("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
        }

        @Test
        void shouldSendAPacketWithBinaryAttachments() {
            EngineSocketWire socket = connected();

            sendBinary(socket, "452-[\"message\",");

            assertThat(socket.take())
                    .isEqualTo(
                            "452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            assertAttachments(socket);
        }

        @Test
        void shouldSendAPlainTextPacketWithAnAck() {
            EngineSocketWire socket = connected();

            socket.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");

            assertThat(socket.take()).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
        }

        @Test
        void shouldSendAPacketWithBinaryAttachmentsAndAnAck() {
            EngineSocketWire socket = connected();

            sendBinary(socket, "452-789[\"message-with-ack\",");

            assertThat(socket.take())
                    .isEqualTo("462-789[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            assertAttachments(socket);
        }

        private void sendBinary(EngineSocketWire socket, String head) {
            socket.send(head + "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            socket.send((byte) 1, (byte) 2, (byte) 3);
            socket.send((byte) 4, (byte) 5, (byte) 6);
        }

        private void assertAttachments(EngineSocketWire socket) {
            assertThat((byte[]) socket.take()).containsExactly(1, 2, 3);
            assertThat((byte[]) socket.take()).containsExactly(4, 5, 6);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    // an unknown packet type, then what is no event, then names that clients keep for themselves
                    "4abc",
                    "48",
                    "42{}",
                    "42abc[\"message\"]",
                    "42[]",
                    "42[\"connect\"]",
                    "42[\"disconnect\"]",
                    "42[{}]",
                    "4511-[\"message\"]"
                })
        void shouldCloseTheConnectionUponAnInvalidFormat(String packet) {
            EngineSocketWire socket = connected();

            socket.send(packet);

            socket.awaitClose();
        }

        @Test
        void shouldCloseTheConnectionUponTextWhereAnAttachmentIsDue() {
            EngineSocketWire socket = connected();

            socket.send("452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            socket.send("42[\"message\"]");

            socket.awaitClose();
        }

        @Test
        void shouldCloseTheConnectionUponBinaryWhereNoneIsDue() {
            EngineSocketWire socket = connected();

            socket.send((byte) 1);

            socket.awaitClose();
        }
    }
}
