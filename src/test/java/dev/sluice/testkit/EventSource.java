package dev.sluice.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events as browsers do, and remembers the last one. */
public final class EventSource implements Closeable {
    /** One event as it was dispatched. */
    public record Event(String id, String type, String data) {}

    private final Wire wire;
    private final Reply head;
    private volatile @Nullable Event last;
    private volatile String lastEventId = "";
    private volatile int comments;
    private volatile int dispatched;
    private volatile boolean ended;

    private String type = "message";
    private final StringBuilder data = new StringBuilder();

    private EventSource(Wire wire, Reply head) {
        this.wire = wire;
        this.head = head;
    }

    /** Opens the stream; fails where the answer is not 200. */
    public static EventSource open(URI uri, @Nullable String lastEventId) {
        try {
            Wire wire = new Wire(uri, InetAddress.getLoopbackAddress());
            String resume = lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            wire.write("GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n%s\r\n"
                    .formatted(uri.getPath(), uri.getAuthority(), resume)
                    .getBytes(StandardCharsets.US_ASCII));
            EventSource source = new EventSource(wire, wire.readHead());
            if (source.head.status() != 200) {
                throw new AssertionError("refused: " + source.head);
            }
            wire.patient();
            Thread reader = new Thread(source::read, "event source");
            reader.setDaemon(true);
            reader.start();
            return source;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void read() {
        try {
            StringBuilder line = new StringBuilder();
            for (int left = chunk(); left > 0; left = chunk()) {
                for (byte next : wire.read(left)) {
                    if (next == '\n') {
                        line(line.toString());
                        line.setLength(0);
                    } else {
                        line.append((char) next);
                    }
                }
                wire.read(2);
            }
            ended = true;
        } catch (IOException e) {
            // Cut, by whichever side.
        }
    }

    private int chunk() throws IOException {
        StringBuilder size = new StringBuilder();
        for (int next = wire.read(); next != '\n'; next = wire.read()) {
            size.append((char) next);
        }
        return Integer.parseInt(size.toString().strip(), 16);
    }

    private void line(String line) {
        if (line.isEmpty()) {
            dispatch();
        } else if (line.startsWith(":")) {
            comments++;
        } else {
            int colon = line.indexOf(':');
            field(line.substring(0, colon), line.substring(colon + 1).stripLeading());
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "id" -> lastEventId = value;
            case "event" -> type = value;
            case "data" -> data.append(value);
            default -> {
                // retry, and what is not known yet
            }
        }
    }

    private void dispatch() {
        if (!data.isEmpty()) {
            last = new Event(lastEventId, type, data.toString());
            dispatched++;
        }
        data.setLength(0);
        type = "message";
    }

    public @Nullable String header(String name) {
        return head.header(name);
    }

    /** The last event, null before the first. */
    public @Nullable Event last() {
        return last;
    }

    public String lastEventId() {
        return lastEventId;
    }

    /** How many events came. */
    public int dispatched() {
        return dispatched;
    }

    public int comments() {
        return comments;
    }

    /** The server ended it as a whole answer; false where it was cut. */
    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        wire.close();
    }
}
