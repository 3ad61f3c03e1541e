package dev.sluice.transport.ws;

import dev.sluice.core.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Payloads as a server's WebSocket frames (RFC 6455, section 5.2), one behind the other in one buffer: whatever a client
 * is sent at once is one write and one system call, and is copied once. Each is whole and unmasked. Any thread.
 */
final class FrameBytes {
    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final int SHORT = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int MAX_TWO_BYTES = 0xffff;

    private FrameBytes() {}

    /** The buffer is the caller's to write or release. */
    static ByteBuf of(List<Payload> payloads, Channel channel) {
        int length = 0;
        for (int i = 0; i < payloads.size(); i++) {
            length += length(payloads.get(i));
        }
        ByteBuf out = LoopBuffer.lease(channel, length);
        for (int i = 0; i < payloads.size(); i++) {
            append(out, payloads.get(i));
        }
        return out;
    }

    static ByteBuf of(Payload payload, Channel channel) {
        int length = length(payload);
        ByteBuf out = LoopBuffer.lease(channel, length);
        append(out, payload);
        return out;
    }

    static ByteBuf ping(int number, Channel channel) {
        return control(PING, Integer.BYTES, channel).writeInt(number);
    }

    static ByteBuf pong(byte[] ping, Channel channel) {
        return control(PONG, ping.length, channel).writeBytes(ping);
    }

    /** @param code negative for none */
    static ByteBuf close(int code, String reason, Channel channel) {
        if (code < 0) {
            return control(CLOSE, 0, channel);
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return control(CLOSE, Short.BYTES + text.length, channel)
                .writeShort(code)
                .writeBytes(text);
    }

    /** A control frame has 125 bytes at most. */
    private static ByteBuf control(int kind, int length, Channel channel) {
        return LoopBuffer.lease(channel, 2 + length).writeByte(kind).writeByte(length);
    }

    private static int length(Payload payload) {
        int size = payload.size();
        if (size <= SHORT) {
            return 2 + size;
        }
        return (size <= MAX_TWO_BYTES ? 4 : 10) + size;
    }

    private static void append(ByteBuf out, Payload payload) {
        int size = payload.size();
        out.writeByte(payload.text() ? FINAL_TEXT : FINAL_BINARY);
        if (size <= SHORT) {
            out.writeByte(size);
        } else if (size <= MAX_TWO_BYTES) {
            out.writeByte(TWO_BYTES).writeShort(size);
        } else {
            out.writeByte(EIGHT_BYTES).writeLong(size);
        }
        out.writeBytes(payload.bytes());
    }
}
