package dev.sluice.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** A bare TCP connection to the gateway, for what no decent client would do: half requests, silence, resets. */
final class RawSocket implements AutoCloseable {
    /** Instead of a close code: the connection ended without one. */
    static final int NO_CODE = 1006;

    private static final int TEXT = 0x81;
    private static final int CLOSE = 8;
    private static final int MASKED = 0x80;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    RawSocket(Gateway gateway) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()), 10_000);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Reads until the server ends the connection; answers what came. */
    String readToEnd(Duration atMost) throws IOException {
        socket.setSoTimeout(Math.toIntExact(atMost.toMillis()));
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketException reset) {
            return "";
        }
    }

    /** The WebSocket handshake of an agent. */
    void upgrade(String agentId) throws IOException {
        write(("GET /api/v1/clusters/agent/ws?agent_id=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer %s\r\n\r\n")
                .formatted(agentId, Gateway.AGENT_TOKEN));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("not upgraded: " + head);
        }
    }

    /** Registers and reads the answer. */
    void register(String agentId) throws IOException {
        frame("register", Map.of("agent_id", agentId, "name", agentId));
        String answer = readFrame();
        if (!answer.contains("register_success")) {
            throw new IOException("not registered: " + answer);
        }
    }

    void frame(String type, Object payload) throws IOException {
        try {
            byte[] text = Gateway.JSON.writeValueAsBytes(Map.of("type", type, "request_id", "r", "payload", payload));
            writeFrame(TEXT, text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Closes as a client does; the answer can be awaited. */
    void sendClose(int code) throws IOException {
        writeFrame(MASKED | CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    private void writeFrame(int head, byte[] payload) throws IOException {
        int length = payload.length;
        int header = length < 126 ? 2 : 4;
        // The mask is four zeros, so the payload goes as it is.
        byte[] frame = new byte[header + 4 + length];
        frame[0] = (byte) head;
        if (length < 126) {
            frame[1] = (byte) (MASKED | length);
        } else {
            frame[1] = (byte) (MASKED | 126);
            frame[2] = (byte) (length >> 8);
            frame[3] = (byte) length;
        }
        System.arraycopy(payload, 0, frame, header + 4, length);
        write(frame);
    }

    /** The next text frame; pings are left unanswered. Throws {@link EOFException} where the connection ends before. */
    String readFrame() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0f;
            byte[] payload = new byte[length()];
            in.readFully(payload);
            if (opcode == 1) {
                return new String(payload, StandardCharsets.UTF_8);
            }
            if (opcode == CLOSE) {
                throw new Closed(payload.length < 2 ? NO_CODE : (payload[0] & 0xff) << 8 | payload[1] & 0xff);
            }
        }
    }

    private int length() throws IOException {
        int length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            return in.readUnsignedShort();
        }
        return length == 127 ? Math.toIntExact(in.readLong()) : length;
    }

    /** Reads on without answering anything, until the gateway closes; answers its code. */
    int awaitCloseCode(Duration atMost) throws IOException {
        socket.setSoTimeout(Math.toIntExact(atMost.toMillis()));
        try {
            while (true) {
                readFrame();
            }
        } catch (Closed closed) {
            return closed.code;
        } catch (EOFException | java.net.SocketException cut) {
            return NO_CODE;
        }
    }

    /** Ends with a reset instead of a farewell. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The gateway sent a close frame. */
    private static final class Closed extends IOException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Closed(int code) {
            super("closed " + code);
            this.code = code;
        }
    }
}
