package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Deflated;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate on the gateway's own WebSockets, as clients offer it: inflated up to the longest message. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class CompressedSocketsQuarkusTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final Map<String, String> OFFER = Map.of("Sec-WebSocket-Extensions", "permessage-deflate");

    @Inject
    Gateway gateway;

    private final List<AgentSocketClient> open = new ArrayList<>();

    @AfterEach
    void theGatewayStillAnswers() {
        open.forEach(AgentSocketClient::cut);
        assertThat(gateway.anonymous().get("/health").status()).isEqualTo(200);
        gateway.restore();
    }

    private AgentSocketClient open(String path, Map<String, String> headers) {
        AgentSocketClient socket = AgentSocketClient.open(gateway.uri(), path, headers);
        open.add(socket);
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws", "/ws/somebody", "/ws/native"})
    void fewBytesThatStandForManyAreTooMuchForANativeClient(String path) {
        AgentSocketClient socket = open(path, OFFER);

        socket.sendRaw(Deflated.text("a".repeat(64 * MEBIBYTE)));

        assertThat(socket.awaitClose()).isEqualTo(Disconnect.TOO_BIG.code());
    }

    @Test
    void fewBytesThatStandForManyAreTooMuchForAnAgent() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = open(
                AgentSocketClient.PATH,
                Map.of("Sec-WebSocket-Extensions", "permessage-deflate", "Authorization", "Bearer " + agent.token()));

        socket.sendRaw(Deflated.text("a".repeat(64 * MEBIBYTE)));

        assertThat(socket.awaitClose()).isEqualTo(Disconnect.TOO_BIG.code());
    }

    @Test
    void whatFollowsABombDoesNotHideWhyTheSocketIsClosed() {
        AgentSocketClient socket = open("/ws", OFFER);
        byte[] bomb = Deflated.text("a".repeat(64 * MEBIBYTE));
        byte[] more = Deflated.text("{\"type\":\"ping\"}");

        socket.sendRaw(ByteBuffer.allocate(bomb.length + more.length)
                .put(bomb)
                .put(more)
                .array());

        assertThat(socket.awaitClose()).isEqualTo(Disconnect.TOO_BIG.code());
    }

    @Test
    void messagesThatAreTooLongTogetherAreAnsweredInOrder() {
        AgentSocketClient socket = open("/ws", OFFER);
        List<byte[]> pings = IntStream.range(0, 8)
                .mapToObj(i -> Deflated.text("{\"type\":\"ping\",\"request_id\":\"%d\",\"payload\":{\"x\":\"%s\"}}"
                        .formatted(i, "a".repeat(MEBIBYTE - 100))))
                .toList();
        ByteBuffer all =
                ByteBuffer.allocate(pings.stream().mapToInt(ping -> ping.length).sum());
        pings.forEach(all::put);

        socket.sendRaw(all.array());

        for (int i = 0; i < pings.size(); i++) {
            assertThat(socket.await("pong").path("request_id").asText()).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void aCompressedMessageInTwoFramesIsOne() {
        AgentSocketClient socket = open("/ws", OFFER);

        socket.sendRaw(Deflated.fragments("{\"type\":\"ping\",\"request_id\":\"%s\"}".formatted("a".repeat(200))));

        socket.await("pong", "a".repeat(200));
    }
}
