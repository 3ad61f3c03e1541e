package dev.sluice.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy as some companies have them: it lets the upgrade through, answer and all, and then no frame in either
 * direction. Neither side is told; the connection stays open.
 */
public final class SwallowingProxy implements Closeable {
    private final ServerSocket listener;
    private final URI gateway;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    public SwallowingProxy(URI gateway) throws IOException {
        this.gateway = gateway;
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public URI uri() {
        return URI.create("http://localhost:" + listener.getLocalPort());
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(gateway.getHost(), gateway.getPort());
            open.add(client);
            open.add(server);
            start(() -> passHead(client, server));
            start(() -> passHead(server, client));
        }
    }

    /** Up to the empty line that ends a head; what follows is read and forgotten. */
    private static void passHead(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        int line = 0;
        boolean headOver = false;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (headOver) {
                continue;
            }
            out.write(next);
            if (next == '\n') {
                headOver = line == 0;
                line = 0;
            } else if (next != '\r') {
                line++;
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Closed by either side.
                    }
                },
                "swallowing-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
