package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.EngineSocketWire;
import dev.sluice.testkit.EngineWire;
import dev.sluice.testkit.EngineWire.Answer;
import dev.sluice.testkit.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases of the protocol's public test suite (revision 4), one test each under its name, against the echo endpoint.
 *
 * @see <a href="https://github.com/socketio/engine.io-protocol/tree/main/test-suite">the suite</a>
 */
class EngineIoSuiteIT {
    private static final String POLLING = "EIO=4&transport=polling";
    private static final String WEBSOCKET = "EIO=4&transport=websocket";
    /** Where the order of arrival is open, each is to be met. */
    private static final int TIMES = 20;

    private static Gateway gateway;
    private static EngineWire wire;

    @BeforeAll
    static void start() {
        gateway = new Gateway("EngineIoSuiteIT")
                .with("SLUICE_ENGINEIO_ECHO_PATH", "/engine.io")
                .with("SLUICE_ENGINEIO_PING_INTERVAL", "300ms")
                .with("SLUICE_ENGINEIO_PING_TIMEOUT", "200ms")
                .with("SLUICE_LIMITS_REQUESTS_PER_SECOND", "100000")
                .start();
        wire = new EngineWire(gateway.url("/"), "/engine.io/");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void assertHandshake(String packet, String upgrades) {
        assertThat(packet).startsWith("0");
        JsonNode value = Json.read(packet.substring(1));
        assertThat(value.fieldNames())
                .toIterable()
                .containsExactly("sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload");
        assertThat(value.path("sid").isTextual()).isTrue();
        assertThat(value.path("upgrades").toString()).isEqualTo(upgrades);
        assertThat(value.path("pingInterval").asInt()).isEqualTo(300);
        assertThat(value.path("pingTimeout").asInt()).isEqualTo(200);
        assertThat(value.path("maxPayload").asInt()).isEqualTo(1_000_000);
    }

    private static EngineSocketWire opened() {
        EngineSocketWire socket = wire.socket(WEBSOCKET);
        socket.takeText();
        return socket;
    }

    @Nested
    class HandshakeOverPolling {
        @Test
        void successfullyOpensASession() {
            Answer answer = wire.get(POLLING);

            assertThat(answer.status()).isEqualTo(200);
            assertHandshake(answer.body(), "[\"websocket\"]");
        }

        @Test
        void failsWithAnInvalidEioQueryParameter() {
            assertThat(wire.get("transport=polling").status()).isEqualTo(400);
            assertThat(wire.get("EIO=abc&transport=polling").status()).isEqualTo(400);
        }

        @Test
        void failsWithAnInvalidTransportQueryParameter() {
            assertThat(wire.get("EIO=4").status()).isEqualTo(400);
            assertThat(wire.get("EIO=4&transport=abc").status()).isEqualTo(400);
        }

        @Test
        void failsWithAnInvalidRequestMethod() {
            assertThat(wire.post(POLLING, "").status()).isEqualTo(400);
            assertThat(wire.send("PUT", POLLING, "").status()).isEqualTo(400);
        }
    }

    @Nested
    class HandshakeOverWebSocket {
        @Test
        void successfullyOpensASession() {
            EngineSocketWire socket = wire.socket(WEBSOCKET);

            assertHandshake(socket.takeText(), "[]");
            socket.close();
        }

        @Test
        void failsWithAnInvalidEioQueryParameter() {
            assertThat(wire.refusedUpgrade("transport=websocket")).isEqualTo(400);
            assertThat(wire.refusedUpgrade("EIO=abc&transport=websocket")).isEqualTo(400);
        }

        @Test
        void failsWithAnInvalidTransportQueryParameter() {
            assertThat(wire.refusedUpgrade("EIO=4")).isEqualTo(400);
            assertThat(wire.refusedUpgrade("EIO=4&transport=abc")).isEqualTo(400);
        }
    }

    @Nested
    class MessageOverPolling {
        private void echoes(String payload) {
            String sid = wire.open();

            Answer pushed = wire.post(EngineWire.session(sid), payload);
            Answer polled = wire.get(EngineWire.session(sid));

            assertThat(pushed.status()).isEqualTo(200);
            assertThat(pushed.body()).isEqualTo("ok");
            assertThat(polled.status()).isEqualTo(200);
            assertThat(polled.body()).isEqualTo(payload);
        }

        @Test
        void sendsAndReceivesAPayloadContainingOnePlainTextPacket() {
            echoes("4hello");
        }

        @Test
        void sendsAndReceivesAPayloadContainingSeveralPlainTextPackets() {
            echoes("4test1\u001e4test2\u001e4test3");
        }

        @Test
        void sendsAndReceivesAPayloadContainingPlainTextAndBinaryPackets() {
            echoes("4hello\u001ebAQIDBA==");
        }

        @Test
        void closesTheSessionUponInvalidPacketFormat() {
            String sid = wire.open();

            assertThat(wire.post(EngineWire.session(sid), "abc").status()).isEqualTo(400);
            assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
        }

        @Test
        void closesTheSessionUponDuplicatePollRequests() {
            String sid = wire.open();

            CompletableFuture<Answer> one = wire.getLater(EngineWire.session(sid));
            CompletableFuture<Answer> other = wire.getLater(EngineWire.session(sid) + "&t=burst");
            Answer first = one.join();
            Answer second = other.join();
            Answer waited = first.status() == 200 ? first : second;
            Answer refused = first.status() == 200 ? second : first;

            assertThat(waited.body()).isEqualTo("1");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
        }
    }

    @Nested
    class MessageOverWebSocket {
        @Test
        void sendsAndReceivesAPlainTextPacket() {
            EngineSocketWire socket = opened();

            socket.send("4hello");

            assertThat(socket.take()).isEqualTo("4hello");
            socket.close();
        }

        @Test
        void sendsAndReceivesABinaryPacket() {
            EngineSocketWire socket = opened();

            socket.send((byte) 1, (byte) 2, (byte) 3, (byte) 4);

            assertThat((byte[]) socket.take()).containsExactly(1, 2, 3, 4);
            socket.close();
        }

        @Test
        void closesTheSessionUponInvalidPacketFormat() {
            EngineSocketWire socket = opened();

            socket.send("abc");

            socket.awaitClose();
        }
    }

    @Nested
    class Heartbeat {
        @Test
        void sendsPingPongPacketsOverPolling() {
            String sid = wire.open();

            for (int i = 0; i < 3; i++) {
                Answer polled = wire.get(EngineWire.session(sid));
                assertThat(polled.status()).isEqualTo(200);
                assertThat(polled.body()).isEqualTo("2");
                assertThat(wire.post(EngineWire.session(sid), "3").status()).isEqualTo(200);
            }
        }

        @Test
        void closesTheSessionUponPingTimeoutOverPolling() {
            String sid = wire.open();

            await("it is over")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> wire.get(EngineWire.session(sid)).status() == 400);
        }

        @Test
        void sendsPingPongPacketsOverWebSocket() {
            EngineSocketWire socket = wire.socket(WEBSOCKET);
            socket.next();

            for (int i = 0; i < 3; i++) {
                assertThat(socket.next()).isEqualTo("2");
                socket.send("3");
            }
            socket.close();
        }

        @Test
        void closesTheSessionUponPingTimeoutOverWebSocket() {
            wire.socket(WEBSOCKET).awaitClose();
        }
    }

    @Nested
    class Close {
        @RepeatedTest(TIMES)
        void forcefullyClosesTheSessionOverPolling() {
            String sid = wire.open();

            CompletableFuture<Answer> waiting = wire.getLater(EngineWire.session(sid));
            Answer pushed = wire.post(EngineWire.session(sid), "1");
            Answer polled = waiting.join();

            assertThat(pushed.status()).isEqualTo(200);
            assertThat(polled.status()).isEqualTo(200);
            assertThat(polled.body()).isEqualTo("6");
            assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);
        }

        @Test
        void forcefullyClosesTheSessionOverWebSocket() {
            EngineSocketWire socket = opened();

            socket.send("1");

            socket.awaitClose();
        }
    }

    @Nested
    class Upgrade {
        @Test
        void successfullyUpgradesFromPollingToWebSocket() {
            String sid = wire.open();
            EngineSocketWire socket = wire.socket(WEBSOCKET + "&sid=" + sid);

            socket.send("2probe");
            assertThat(socket.take()).isEqualTo("3probe");
            Answer polled = wire.get(EngineWire.session(sid));
            socket.send("5");
            socket.send("4hello");

            assertThat(polled.status()).isEqualTo(200);
            assertThat(polled.body()).isEqualTo("6");
            assertThat(socket.take()).isEqualTo("4hello");
            socket.close();
        }

        @RepeatedTest(TIMES)
        void ignoresHttpRequestsWithSameSidAfterUpgrade() {
            String sid = wire.open();
            EngineSocketWire socket = upgraded(sid);

            assertThat(wire.get(EngineWire.session(sid)).status()).isEqualTo(400);

            socket.send("4hello");
            assertThat(socket.take()).isEqualTo("4hello");
            socket.close();
        }

        @Test
        void ignoresWebSocketConnectionWithSameSidAfterUpgrade() {
            String sid = wire.open();
            EngineSocketWire socket = upgraded(sid);

            wire.socket(WEBSOCKET + "&sid=" + sid).awaitClose();

            socket.send("4hello");
            assertThat(socket.take()).isEqualTo("4hello");
            socket.close();
        }

        /** Nothing shows that the upgrade has arrived: what follows may be there before it. */
        private EngineSocketWire upgraded(String sid) {
            EngineSocketWire socket = wire.socket(WEBSOCKET + "&sid=" + sid);
            socket.send("2probe");
            assertThat(socket.take()).isEqualTo("3probe");
            socket.send("5");
            return socket;
        }
    }

    /** Not in the suite, but its clients offer it, and what they say is late where it is agreed on. */
    @Nested
    class Compression {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void isAgreedOnNeitherWhereAWebSocketBeginsNorWhereItTakesOver(boolean takesOver) throws IOException {
            String query = takesOver ? WEBSOCKET + "&sid=" + wire.open() : WEBSOCKET;

            List<String> head = headOfUpgrade("/engine.io/?" + query);

            assertThat(head.get(0)).contains("101");
            assertThat(head).noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-extensions"));
        }

        private List<String> headOfUpgrade(String target) throws IOException {
            URI url = gateway.url("/");
            String asks = "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            .formatted(target, url.getAuthority())
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                socket.getOutputStream().write(asks.getBytes(StandardCharsets.US_ASCII));
                BufferedReader answer =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                List<String> lines = new ArrayList<>();
                for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
                    lines.add(line);
                }
                return lines;
            }
        }
    }
}
