package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import org.junit.jupiter.api.Test;

class InflatedTest {
    private final Inflated inflated = new Inflated();
    private final EmbeddedChannel channel = new EmbeddedChannel(inflated);
    private int told;

    private void fails(String why) {
        channel.pipeline().fireExceptionCaught(new DecompressionException(why));
        channel.checkException();
    }

    @Test
    void aMessageThatDoesNotFitIsToldAndEndsNothingByItself() {
        inflated.onTooBig(() -> told++);

        fails("Decompression buffer has reached maximum size: 10");

        assertThat(told).isOne();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void whatElseIsWrongIsNotItsBusiness() {
        inflated.onTooBig(() -> told++);

        assertThatThrownBy(() -> fails("decompression failure")).isInstanceOf(DecompressionException.class);
        assertThat(told).isZero();
    }
}
