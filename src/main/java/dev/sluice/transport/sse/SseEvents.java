package dev.sluice.transport.sse;

import dev.sluice.core.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of an event stream. Pure; any thread.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">HTML, 9.2.5</a>
 */
public final class SseEvents {
    private static final byte[] ID = bytes("id: ");
    private static final byte[] DATA = bytes("data: ");
    private static final int OVERHEAD = 32;

    private SseEvents() {}

    /**
     * One event without a name, so that browsers give it to {@code onmessage}.
     *
     * @param id what a browser repeats in {@code Last-Event-ID}; one line
     */
    public static Payload event(String id, Payload data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.size() + id.length() + OVERHEAD);
        out.writeBytes(ID);
        out.writeBytes(bytes(id));
        out.write('\n');
        writeData(out, data.bytes());
        out.write('\n');
        return Payload.text(out.toByteArray());
    }

    /** A line break in the data begins another line of it; a parser puts them together again with a line feed. */
    private static void writeData(ByteArrayOutputStream out, byte[] data) {
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                writeLine(out, data, from, i);
                boolean pair = data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n';
                i += pair ? 1 : 0;
                from = i + 1;
            }
        }
        writeLine(out, data, from, data.length);
    }

    private static void writeLine(ByteArrayOutputStream out, byte[] data, int from, int to) {
        out.writeBytes(DATA);
        out.write(data, from, to - from);
        out.write('\n');
    }

    /** A line that parsers skip; it keeps proxies from closing a quiet stream. */
    public static Payload comment(String text) {
        return Payload.text(": " + text + "\n\n");
    }

    /** How long a browser waits before it comes back after the stream's end. */
    public static Payload retry(long millis) {
        return Payload.text("retry: " + millis + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
