package dev.sluice.chaos;

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
 * A way to the gateway that is fine until it breaks. From then on it is as some companies' proxies are: the upgrade
 * passes, answer and all, and after it no frame in either direction, and nobody is told.
 */
final class SickPath implements Closeable {
    private final ServerSocket listener;
    private final int gateway;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean broken;

    SickPath(int gatewayPort) {
        gateway = gatewayPort;
        try {
            listener = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        start(this::accept);
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort());
    }

    /** Whoever is connected is cut off, and nobody gets through any more. */
    void breakDown() {
        broken = true;
        open.forEach(SickPath::shut);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), gateway);
            open.add(client);
            open.add(server);
            boolean swallows = broken;
            start(() -> pass(client, server, swallows));
            start(() -> pass(server, client, swallows));
        }
    }

    private void pass(Socket from, Socket to, boolean swallows) throws IOException {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            if (swallows) {
                passHead(in, out);
                in.transferTo(OutputStream.nullOutputStream());
            } else {
                in.transferTo(out);
            }
        } finally {
            shut(from);
            shut(to);
            open.remove(from);
            open.remove(to);
        }
    }

    /** Up to the empty line that ends a head. */
    private static void passHead(InputStream in, OutputStream out) throws IOException {
        int line = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            out.write(next);
            if (next == '\n' && line == 0) {
                return;
            }
            line = next == '\n' ? 0 : next == '\r' ? line : line + 1;
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Runnable task = () -> {
            try {
                work.run();
            } catch (IOException e) {
                // Closed by either side.
            }
        };
        Thread thread = new Thread(null, task, "sick-path", 128 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(SickPath::shut);
    }
}
