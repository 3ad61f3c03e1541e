package dev.sluice.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.engineio.EnginePacket.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineCodecTest {

    private static List<EnginePacket> decode(String body) {
        return EngineCodec.decodePayload(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBodyIsItsPacketsInOrder() {
        List<EnginePacket> packets = decode("4hello\u001e2probe\u001ebAQID\u001e5");

        assertThat(packets)
                .extracting(EnginePacket::type)
                .containsExactly(Type.MESSAGE, Type.PING, Type.MESSAGE, Type.UPGRADE);
        assertThat(packets.get(0).data().asString()).isEqualTo("hello");
        assertThat(packets.get(2).data().text()).isFalse();
        assertThat(packets.get(2).data().bytes()).containsExactly(1, 2, 3);
        assertThat(packets.get(3).data().size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "7", "/", "4a\u001e", "\u001e4a", "4a\u001e\u001e4b", "b*", "4a\u001ebA"})
    void whatIsNoPacketSpoilsTheBody(String body) {
        assertThatThrownBy(() -> decode(body)).isInstanceOf(SluiceException.class);
    }

    @Test
    void aWebSocketMessageIsOnePacketWhateverItHolds() {
        assertThat(EngineCodec.decode(Payload.text("4a\u001e4b")).data().asString())
                .isEqualTo("a\u001e4b");
        assertThat(EngineCodec.decode(new Payload(new byte[] {'2'}, false)).type())
                .isEqualTo(Type.MESSAGE);
    }

    @Test
    void anAnswerSaysBinaryInBase64() {
        Payload body = EngineCodec.payload(
                List.of(Payload.text("4a"), new Payload(new byte[] {1, 2, 3, 4}, false), Payload.text("2")));

        assertThat(body.asString()).isEqualTo("4a\u001ebAQIDBA==\u001e2");
    }

    @Test
    void theTransportIsLookedAtBeforeTheVersion() {
        assertThat(EngineErrors.ofQuery(null, null, false)).isEqualTo(EngineErrors.TRANSPORT_UNKNOWN);
        assertThat(EngineErrors.ofQuery("flash", "4", false)).isEqualTo(EngineErrors.TRANSPORT_UNKNOWN);
        assertThat(EngineErrors.ofQuery("polling", "3", false)).isEqualTo(EngineErrors.UNSUPPORTED_VERSION);
        assertThat(EngineErrors.ofQuery("polling", null, true)).isNull();
        assertThat(EngineErrors.ofQuery("websocket", "4", false)).isNull();
    }
}
