package dev.sluice.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * One buffer of an event loop that is written again and again: a socket that takes what it is sent has it before the
 * call returns, so the next socket's frames may stand in the same memory, which is still in the processor's cache. What
 * is not taken at once keeps the buffer, and the loop gets another.
 */
final class LoopBuffer {
    /** Longer frames have buffers of their own. */
    static final int SIZE = 4096;

    private static final FastThreadLocal<LoopBuffer> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected LoopBuffer initialValue() {
            return new LoopBuffer();
        }

        @Override
        protected void onRemoval(LoopBuffer value) {
            value.letGo();
        }
    };

    private @Nullable ByteBuf buffer;

    private LoopBuffer() {}

    /** An empty buffer with room for that many bytes; the caller's to write or release. Any thread. */
    static ByteBuf lease(Channel channel, int bytes) {
        return bytes <= SIZE && takesAtOnce(channel)
                ? OF_THREAD.get().next(channel)
                : channel.alloc().ioBuffer(bytes, bytes);
    }

    /** Where something waits already, a whole buffer would be held for a few bytes. */
    private static boolean takesAtOnce(Channel channel) {
        if (!channel.eventLoop().inEventLoop()) {
            return false;
        }
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null && waiting.totalPendingWriteBytes() == 0;
    }

    private ByteBuf next(Channel channel) {
        ByteBuf free = buffer;
        if (free == null || free.refCnt() != 1) {
            letGo();
            free = channel.alloc().directBuffer(SIZE, SIZE);
            buffer = free;
        }
        return free.clear().retain();
    }

    private void letGo() {
        ByteBuf before = buffer;
        buffer = null;
        if (before != null) {
            before.release();
        }
    }
}
