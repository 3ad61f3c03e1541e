package dev.sluice.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * A client's compressed frames, to be sent as they stand.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1">RFC 7692 §7.2.1</a>
 */
public final class Deflated {
    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final int TEXT = 1;
    private static final int CONTINUATION = 0;
    private static final int MASKED = 0x80;
    /** What each flush ends with, and every message leaves out: an empty block. */
    private static final int TAIL = 4;

    private Deflated() {}

    /** One message in one frame. */
    public static byte[] text(String message) {
        return frame(FINAL | COMPRESSED | TEXT, deflate(message));
    }

    /** One message in two frames, cut wherever that is in the deflated bytes. */
    public static byte[] fragments(String message) {
        byte[] whole = deflate(message);
        byte[] first = frame(COMPRESSED | TEXT, Arrays.copyOf(whole, whole.length / 2));
        byte[] second = frame(FINAL | CONTINUATION, Arrays.copyOfRange(whole, whole.length / 2, whole.length));
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static byte[] deflate(String message) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(message.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[1 << 16];
        int length;
        do {
            length = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
            out.write(part, 0, length);
        } while (length == part.length);
        deflater.end();
        return Arrays.copyOf(out.toByteArray(), out.size() - TAIL);
    }

    private static byte[] frame(int head, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 14).put((byte) head);
        if (payload.length < 126) {
            out.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            out.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        // A mask of zeros is a mask.
        out.putInt(0).put(payload);
        return Arrays.copyOf(out.array(), out.position());
    }
}
