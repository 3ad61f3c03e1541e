package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A channel without a network: what is flushed is with its reader, who has to let go of it. */
class LoopBufferTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private ByteBuf lease(int bytes) {
        return LoopBuffer.lease(channel, bytes);
    }

    private static ByteBuf written(ByteBuf buffer, String text) {
        buffer.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return buffer;
    }

    private String read() {
        ByteBuf got = channel.readOutbound();
        String text = got.toString(StandardCharsets.UTF_8);
        got.release();
        return text;
    }

    @Test
    void isWrittenAgainOnceItIsTaken() {
        ByteBuf first = written(lease(3), "one");
        channel.writeAndFlush(first);
        assertThat(read()).isEqualTo("one");

        ByteBuf second = written(lease(3), "two");
        assertThat(second).isSameAs(first);
        channel.writeAndFlush(second);
        assertThat(read()).isEqualTo("two");
    }

    @Test
    void isNotTouchedWhileItIsNotTaken() {
        ByteBuf first = written(lease(3), "one");
        channel.writeAndFlush(first);

        ByteBuf second = written(lease(3), "two");
        assertThat(second).isNotSameAs(first);
        channel.writeAndFlush(second);

        assertThat(read()).isEqualTo("one");
        assertThat(read()).isEqualTo("two");
    }

    @Test
    void isNotForOneThatWaitsAlready() {
        channel.write(written(lease(3), "one"));

        ByteBuf second = written(lease(3), "two");
        assertThat(second.capacity()).isEqualTo(3);
        channel.writeAndFlush(second);

        assertThat(read()).isEqualTo("one");
        assertThat(read()).isEqualTo("two");
    }

    @Test
    void isNotForWhatIsLonger() {
        ByteBuf longer = lease(LoopBuffer.SIZE + 1);

        assertThat(longer.capacity()).isEqualTo(LoopBuffer.SIZE + 1);
        longer.release();
    }
}
