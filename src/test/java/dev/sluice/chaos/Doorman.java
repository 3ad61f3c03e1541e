package dev.sluice.chaos;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * Stands between a browser and the gateway as a company's proxy does: lets some ways through and cuts others, and
 * remembers what was asked. Serves one page of its own. Each request gets a connection of its own, so that every one is
 * looked at.
 */
final class Doorman implements AutoCloseable {
    enum Way {
        WEBSOCKET("(?is).*\nupgrade: *websocket.*"),
        STREAM("(?s)GET /api/v1/sessions/[^/ ]+/events[? ].*"),
        EVERYTHING("(?s).*");

        private final Pattern head;

        Way(String head) {
            this.head = Pattern.compile(head);
        }
    }

    private static final int LONGEST_HEAD = 64 * 1024;

    private final ServerSocket door;
    private final int behind;
    private final String page;
    private final Set<Way> blocked = ConcurrentHashMap.newKeySet();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "doorman");
        thread.setDaemon(true);
        return thread;
    });

    /** @param page what {@code /page} shows */
    Doorman(int behind, String page) {
        this.behind = behind;
        this.page = page;
        try {
            door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::welcome);
    }

    String url(String path) {
        return "http://127.0.0.1:" + door.getLocalPort() + path;
    }

    /** From now on; what is open stays so until {@link #cut}. */
    void block(Way... ways) {
        blocked.addAll(Set.of(ways));
    }

    void letThrough() {
        blocked.clear();
    }

    /** Every connection there is, without a word. */
    void cut() {
        open.forEach(Doorman::shut);
    }

    private void welcome() {
        while (!door.isClosed()) {
            try {
                Socket browser = door.accept();
                open.add(browser);
                threads.execute(() -> serve(browser));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket browser) {
        try (browser) {
            InputStream in = new BufferedInputStream(browser.getInputStream());
            String head = readHead(in);
            if (head.startsWith("GET /page")) {
                answerPage(browser.getOutputStream());
            } else if (!head.isEmpty()
                    && blocked.stream().noneMatch(way -> way.head.matcher(head).matches())) {
                pass(browser, in, head);
            }
        } catch (IOException cut) {
            // By us, by the browser or by the gateway: either way it is over.
        } finally {
            open.remove(browser);
        }
    }

    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4 && head.size() < LONGEST_HEAD) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void answerPage(OutputStream out) throws IOException {
        byte[] body = page.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                        .formatted(body.length);
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    private void pass(Socket browser, InputStream in, String head) throws IOException {
        try (Socket gateway = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            open.add(gateway);
            try {
                String asked = Way.WEBSOCKET.head.matcher(head).matches()
                        ? head
                        : head.replaceFirst("(?i)\r\nConnection: *keep-alive", "\r\nConnection: close");
                gateway.getOutputStream().write(asked.getBytes(StandardCharsets.ISO_8859_1));
                threads.execute(() -> pump(in, gateway));
                copy(gateway.getInputStream(), browser.getOutputStream());
            } finally {
                open.remove(gateway);
            }
        }
    }

    private static void pump(InputStream from, Socket to) {
        try {
            copy(from, to.getOutputStream());
        } catch (IOException over) {
            // The other direction ends as well.
        }
        shut(to);
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException already) {
            // Shut.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
        threads.shutdownNow();
    }
}
