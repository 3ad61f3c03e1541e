package dev.sluice.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One TCP connection on which a test says what no well-behaved client would, and which it can reset. */
public final class Wire implements Closeable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** @param from the local address, to appear as another client; loopback has 16 million of them */
    public Wire(URI to, InetAddress from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(to.getHost(), to.getPort()), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public Wire(URI to) throws IOException {
        this(to, InetAddress.getLoopbackAddress());
    }

    /** Sends a whole request as it stands and reads the whole answer; the request must ask for {@code close}. */
    public static Reply exchange(URI to, String request) {
        return exchange(to, InetAddress.getLoopbackAddress(), request);
    }

    public static Reply exchange(URI to, InetAddress from, String request) {
        try (Wire wire = new Wire(to, from)) {
            wire.write(request.getBytes(StandardCharsets.ISO_8859_1));
            return wire.readReply();
        } catch (IOException e) {
            throw new AssertionError("no answer to " + request, e);
        }
    }

    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next byte, or the end of the connection as an exception. */
    int read() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    /** Waits for bytes as long as it takes: a quiet WebSocket is none that failed. */
    void patient() throws IOException {
        socket.setSoTimeout(0);
    }

    /** The head of an answer, without its body. */
    public Reply readHead() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            lines.add(line);
        }
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return new Reply(Integer.parseInt(lines.get(0).split(" ")[1]), headers, "");
    }

    /** A whole answer: as long as it says, or up to the end of the connection. */
    public Reply readReply() throws IOException {
        Reply head = readHead();
        String length = head.header("content-length");
        byte[] body = length == null ? in.readAllBytes() : read(Integer.parseInt(length));
        return new Reply(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = read(); next != '\n'; next = read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Cuts the connection with a TCP reset: what is in flight in either direction is gone. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Cut already.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Gone already.
        }
    }
}
