package dev.sluice.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad network between client and gateway: passes bytes on in small pieces, each late by a random while, and now and
 * then resets a connection in the middle of whatever it carries. What was read and not yet passed on is lost with it.
 */
final class SlowProxy implements AutoCloseable {
    private static final int PIECE = 1_400;

    private final ServerSocket server;
    private final int target;
    private final Random dice;
    private final int cutOneIn;
    private final long longestDelayMicros;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();

    /**
     * @param target a port on this machine
     * @param cutOneIn a piece in so many resets its connection; 0 for none
     */
    SlowProxy(int target, long seed, int cutOneIn, long longestDelayMicros) {
        this.target = target;
        this.dice = new Random(seed);
        this.cutOneIn = cutOneIn;
        this.longestDelayMicros = longestDelayMicros;
        try {
            server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Connections that were reset on purpose. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                start("connect", () -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket gateway = new Socket();
        open.add(client);
        open.add(gateway);
        try {
            gateway.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
            Thread up = start("up", () -> pump(client, gateway));
            pump(gateway, client);
            up.join();
            // Both have said all they had. Thousands of connections end that way in one test.
            open.remove(client);
            open.remove(gateway);
            client.close();
            gateway.close();
        } catch (IOException nobodyThere) {
            reset(client, gateway);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (longestDelayMicros > 0) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(roll((int) longestDelayMicros)));
                }
                if (cutOneIn > 0 && roll(cutOneIn) == 0) {
                    cuts.incrementAndGet();
                    reset(from, to);
                    return;
                }
                out.write(piece, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            reset(from, to);
        }
    }

    private int roll(int below) {
        synchronized (dice) {
            return dice.nextInt(below);
        }
    }

    private void reset(Socket... sockets) {
        for (Socket socket : sockets) {
            try {
                open.remove(socket);
                // Zero: what is not sent yet is thrown away, and the other side sees a reset.
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException alreadyGone) {
                // As intended.
            }
        }
    }

    private static Thread start(String what, Runnable task) {
        Thread thread = new Thread(task, "slow-proxy-" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset(open.toArray(Socket[]::new));
    }
}
