package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An agent's WebSocket, written out by hand (RFC 6455): unlike a library it can be cut by a TCP reset, keep its pongs
 * to itself, and send frames that no library would. Frames are collected as they come; {@link #await} takes them out.
 */
public final class AgentSocketClient implements AutoCloseable {
    public static final String PATH = "/api/v1/clusters/agent/ws";
    public static final int CUT = 1006;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** An upgrade that was answered with something else than 101. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Reply reply;

        Refused(Reply reply) {
            super("refused: %d %s".formatted(reply.status(), reply.text()));
            this.reply = reply;
        }

        public Reply reply() {
            return reply;
        }
    }

    private final Wire wire;
    private final List<JsonNode> untaken = new ArrayList<>();
    private final Object lock = new Object();
    private @Nullable Consumer<JsonNode> listener;
    private int closeCode;
    /** What went wrong here, mostly on the reader's thread, a listener's complaint included: whoever looks next is told. */
    private @Nullable Throwable failed;

    private int pings;
    private volatile boolean answersPings = true;
    private boolean reading = true;

    /**
     * Upgrades and begins to read.
     *
     * @param pathAndQuery usually {@link #PATH} with a query
     * @param token goes into {@code Authorization: Bearer}; null for none
     * @throws Refused with the answer where it was not 101
     */
    public static AgentSocketClient open(URI to, String pathAndQuery, @Nullable String token) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (token != null) {
            headers.put("Authorization", "Bearer " + token);
        }
        return open(to, pathAndQuery, headers);
    }

    public static AgentSocketClient open(URI to, String pathAndQuery, Map<String, String> headers) {
        try {
            Wire wire = new Wire(to);
            StringBuilder request =
                    new StringBuilder("GET %s HTTP/1.1\r\nHost: %s\r\n".formatted(pathAndQuery, to.getAuthority()));
            request.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
            request.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
            headers.forEach((name, value) ->
                    request.append(name).append(": ").append(value).append("\r\n"));
            wire.write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            Reply head = wire.readHead();
            if (head.status() != 101) {
                String length = head.header("content-length");
                byte[] body = wire.read(length == null ? 0 : Integer.parseInt(length));
                wire.close();
                throw new Refused(new Reply(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8)));
            }
            return new AgentSocketClient(wire);
        } catch (IOException e) {
            throw new AssertionError("no answer to an upgrade", e);
        }
    }

    private AgentSocketClient(Wire wire) throws IOException {
        this.wire = wire;
        wire.patient();
        Thread reader = new Thread(this::readAll, "agent-socket-client");
        reader.setDaemon(true);
        reader.start();
    }

    // --- what the agent says ---

    /** Sends one JSON text frame. */
    public void send(Object frame) {
        sendText(Json.write(frame));
    }

    public void sendText(String text) {
        sendText(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A text frame of any bytes, UTF-8 or not. */
    public void sendText(byte[] bytes) {
        frame(TEXT, true, bytes);
    }

    public void sendBinary(byte[] bytes) {
        frame(BINARY, true, bytes);
    }

    /** One message in several frames. */
    public void sendFragments(byte[]... parts) {
        for (int i = 0; i < parts.length; i++) {
            frame(i == 0 ? TEXT : CONTINUATION, i == parts.length - 1, parts[i]);
        }
    }

    public void type(String type, @Nullable String requestId, Map<String, ?> payload) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("type", type);
        if (requestId != null) {
            frame.put("request_id", requestId);
        }
        frame.put("payload", payload);
        send(frame);
    }

    public void acknowledge(String commandId) {
        type("command_ack", commandId, Map.of());
    }

    public void finish(String commandId, Map<String, ?> result) {
        type("command_result", commandId, result);
    }

    public void ping() {
        frame(PING, true, new byte[0]);
    }

    /** From now on pings stay unanswered, as with an agent that hangs. */
    public void keepSilent() {
        answersPings = false;
    }

    /** From now on nothing is read: the gateway's writes pile up. */
    public void stopReading() {
        synchronized (lock) {
            reading = false;
        }
    }

    private void frame(int opcode, boolean last, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
        out.put((byte) (opcode | (last ? 0x80 : 0)));
        if (payload.length < 126) {
            out.put((byte) (0x80 | payload.length));
        } else if (payload.length < 1 << 16) {
            out.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        // A mask of zeros is a mask, and leaves the bytes readable in a capture.
        out.putInt(0).put(payload);
        write(ByteBuffer.wrap(out.array(), 0, out.position()));
    }

    /** Bytes as they stand, frame or not. */
    public void sendRaw(byte[] bytes) {
        write(ByteBuffer.wrap(bytes));
    }

    private void write(ByteBuffer bytes) {
        byte[] exact = new byte[bytes.remaining()];
        bytes.get(exact);
        try {
            synchronized (wire) {
                wire.write(exact);
            }
        } catch (IOException e) {
            // The gateway closed meanwhile; its reason is read by the reader.
        }
    }

    // --- what the agent hears ---

    /**
     * Calls back with each frame from now on instead of keeping it, those that nobody took first; in order, one at a
     * time, mostly on the reader's thread. What the listener throws ends the connection, and every wait on it.
     */
    public void onFrame(Consumer<JsonNode> to) {
        synchronized (lock) {
            try {
                untaken.forEach(to);
            } catch (RuntimeException | Error e) {
                failed = e;
                throw e;
            }
            untaken.clear();
            listener = to;
        }
    }

    /** Takes the first frame of that type out, waiting for it. */
    public JsonNode await(String type) {
        return await(
                "a frame of type " + type,
                frame -> type.equals(frame.path("type").asText()));
    }

    /** Takes the answer to a request out, waiting for it. */
    public JsonNode await(String type, String requestId) {
        return await(
                "%s for %s".formatted(type, requestId),
                frame -> type.equals(frame.path("type").asText())
                        && requestId.equals(frame.path("request_id").asText()));
    }

    public JsonNode await(String what, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lock) {
            while (true) {
                check();
                for (int i = 0; i < untaken.size(); i++) {
                    if (wanted.test(untaken.get(i))) {
                        return untaken.remove(i);
                    }
                }
                if (closeCode != 0) {
                    throw new AssertionError(
                            "closed %d while waiting for %s; got %s".formatted(closeCode, what, untaken));
                }
                hold(deadline, what);
            }
        }
    }

    /** Waits until the gateway closes, and says with which code; {@link #CUT} where it said none. */
    public int awaitClose() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lock) {
            while (closeCode == 0) {
                hold(deadline, "a close");
            }
            check();
            return closeCode;
        }
    }

    /** Waits for a ping of the gateway's. */
    public void awaitPing() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lock) {
            while (pings == 0) {
                hold(deadline, "a ping");
            }
        }
    }

    private void check() {
        if (failed != null) {
            throw new AssertionError("the client itself failed: " + failed.getMessage(), failed);
        }
    }

    private void hold(long deadline, String what) {
        check();
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new AssertionError("no %s came; got %s".formatted(what, untaken));
        }
        try {
            lock.wait(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Frames that came and were not taken. */
    public List<JsonNode> untaken(String type) {
        synchronized (lock) {
            return untaken.stream()
                    .filter(frame -> type.equals(frame.path("type").asText()))
                    .toList();
        }
    }

    public boolean closed() {
        synchronized (lock) {
            check();
            return closeCode != 0;
        }
    }

    private void readAll() {
        int code = CUT;
        Throwable failure = null;
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try {
            while (true) {
                synchronized (lock) {
                    while (!reading) {
                        lock.wait();
                    }
                }
                int head = wire.read();
                byte[] payload = wire.read(length());
                int opcode = head & 0x0f;
                if (opcode == CLOSE) {
                    code = payload.length < 2 ? 1005 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
                    frame(CLOSE, true, payload);
                    break;
                } else if (opcode == PING) {
                    pinged(payload);
                } else if (opcode == TEXT || opcode == CONTINUATION) {
                    message.write(payload);
                    if ((head & 0x80) != 0) {
                        heard(Json.read(message.toString(StandardCharsets.UTF_8)));
                        message.reset();
                    }
                }
            }
        } catch (IOException e) {
            // Cut: the code says so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        wire.close();
        synchronized (lock) {
            failed = failed == null ? failure : failed;
            closeCode = closeCode == 0 ? code : closeCode;
            lock.notifyAll();
        }
    }

    private int length() throws IOException {
        int length = wire.read() & 0x7f;
        return switch (length) {
            case 126 -> ByteBuffer.wrap(wire.read(2)).getShort() & 0xffff;
            case 127 -> Math.toIntExact(ByteBuffer.wrap(wire.read(8)).getLong());
            default -> length;
        };
    }

    private void pinged(byte[] payload) {
        if (answersPings) {
            frame(PONG, true, payload);
        }
        synchronized (lock) {
            pings++;
            lock.notifyAll();
        }
    }

    private void heard(JsonNode frame) {
        synchronized (lock) {
            if (listener != null) {
                listener.accept(frame);
            } else {
                untaken.add(frame);
                lock.notifyAll();
            }
        }
    }

    // --- how it ends ---

    /** Leaves as the protocol asks: a close frame, and the gateway's answer to it. */
    public void leave() {
        frame(CLOSE, true, new byte[] {0x03, (byte) 0xe8});
        awaitClose();
    }

    /** Cut by a TCP reset: neither side knows what the other has. */
    public void cut() {
        wire.reset();
    }

    @Override
    public void close() {
        wire.close();
    }
}
