package dev.sluice.store.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * A durable PostgreSQL in a directory of ours, on a free loopback port that it keeps while this process lives. Made
 * where there is none, taken over where an earlier run was killed, started again on the same port when it dies.
 *
 * <p>Methods block and may be called from any thread but an event loop. What is acknowledged as committed survives a
 * {@code kill -9} of this process, of the server, and a power cut.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
    private static final int STARTS = 3;

    private final DataDirectoryLock lock;
    private final PostgresServer server;
    private final String password;
    private final int port;

    private final ReentrantLock turns = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean held;

    private EmbeddedDatabase(DataDirectoryLock lock, PostgresServer server, String password, int port) {
        this.lock = lock;
        this.server = server;
        this.password = password;
        this.port = port;
    }

    /**
     * Starts the database of that data directory and waits until it takes connections.
     *
     * @throws EmbeddedDatabaseException where another process holds the directory, or the server does not start
     */
    public static EmbeddedDatabase start(Path dataDirectory) {
        return start(dataDirectory, dataDirectory.resolve("postgres-binaries"));
    }

    /** The same with the programs unpacked elsewhere, so that many short-lived directories share them. */
    public static EmbeddedDatabase start(Path dataDirectory, Path binaries) {
        DataDirectoryLock lock = DataDirectoryLock.take(dataDirectory);
        try {
            PostgresServer server =
                    new PostgresServer(dataDirectory.resolve("postgres"), PostgresBinaries.in(binaries));
            Path passwordFile = dataDirectory.resolve("postgres.password");
            String password;
            if (server.initialised()) {
                password = DatabasePassword.read(passwordFile);
            } else {
                password = DatabasePassword.create(passwordFile);
                server.initialise(passwordFile);
            }
            EmbeddedDatabase database = new EmbeddedDatabase(lock, server, password, startOnFreePort(server));
            database.supervise();
            return database;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** The port is free when we look and may be taken when the server binds it; then another one is tried. */
    private static int startOnFreePort(PostgresServer server) {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            try {
                server.start(port);
                return port;
            } catch (EmbeddedDatabaseException e) {
                if (attempt == STARTS) {
                    throw e;
                }
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(PostgresServer.HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("There is no free port on loopback (%s).".formatted(e), e);
        }
    }

    /** {@code postgresql://127.0.0.1:port/database}, without credentials. */
    public String uri() {
        return "postgresql://%s:%d/%s".formatted(PostgresServer.HOST, port, PostgresServer.DATABASE);
    }

    public int port() {
        return port;
    }

    public String user() {
        return PostgresServer.USER;
    }

    public String password() {
        return password;
    }

    /** The server's process id, for drills that kill it; -1 while it does not run. */
    public long pid() {
        Postmaster running = server.running();
        return running == null ? -1 : running.pid();
    }

    /** Takes the server away until {@link #resume}, as an outage would: for drills. */
    public void suspend() {
        inTurn(() -> {
            held = true;
            server.stop();
        });
    }

    /** Brings it back on the same port. */
    public void resume() {
        inTurn(() -> {
            held = false;
            if (server.running() == null) {
                server.start(port);
            }
        });
    }

    /** Stops the server and gives the directory back. Call it last: nothing can be written afterwards. */
    @Override
    public void close() {
        inTurn(() -> {
            if (closed.getCount() == 0) {
                return;
            }
            closed.countDown();
            server.stop();
            lock.close();
        });
    }

    private void supervise() {
        Thread watch = new Thread(this::watch, "sluice-embedded-database");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                inTurn(this::startIfGone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startIfGone() {
        if (held || closed.getCount() == 0 || server.running() != null) {
            return;
        }
        try {
            LOG.warn("the embedded database is gone; starting it again");
            server.start(port);
            LOG.warnf("the embedded database is back [port: %d]", port);
        } catch (RuntimeException e) {
            // Children of a killed server hold its memory for a moment; the next second tries again.
            LOG.warnf("the embedded database did not come back: %s", e.getMessage());
        }
    }

    private void inTurn(Runnable work) {
        turns.lock();
        try {
            work.run();
        } finally {
            turns.unlock();
        }
    }
}
