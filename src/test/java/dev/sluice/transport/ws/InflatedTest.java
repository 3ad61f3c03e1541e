package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.junit.jupiter.api.Test;

class InflatedTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new Inflated());

    private void fails(String why) {
        channel.pipeline().fireExceptionCaught(new DecompressionException(why));
        channel.checkException();
    }

    @Test
    void aMessageThatDoesNotFitIsTooBigAndEndsNothingByItself() {
        assertThatThrownBy(() -> fails("Decompression buffer has reached maximum size: 10"))
                .isInstanceOfSatisfying(
                        CorruptedWebSocketFrameException.class,
                        broken -> assertThat(broken.closeStatus()).isEqualTo(WebSocketCloseStatus.MESSAGE_TOO_BIG));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void whatElseIsWrongIsNotItsBusiness() {
        assertThatThrownBy(() -> fails("decompression failure")).isInstanceOf(DecompressionException.class);
    }
}
