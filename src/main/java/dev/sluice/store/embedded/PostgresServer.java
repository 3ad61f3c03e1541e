package dev.sluice.store.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL directory and the programs that make, start and stop its server. Every call blocks until done. */
final class PostgresServer {
    static final String USER = "sluice";
    static final String DATABASE = "postgres";
    static final String HOST = "127.0.0.1";

    private static final Logger LOG = Logger.getLogger(PostgresServer.class);
    private static final long LOG_BYTES = 4 << 20;

    /** Small on purpose: the gateway's memory belongs to its connections. Durability is never traded away. */
    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.ofEntries(
            Map.entry("listen_addresses", HOST),
            Map.entry("unix_socket_directories", ""),
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("shared_buffers", "32MB"),
            Map.entry("max_connections", "50"),
            Map.entry("max_wal_size", "256MB"),
            Map.entry("wal_level", "minimal"),
            Map.entry("max_wal_senders", "0"),
            Map.entry("max_parallel_workers_per_gather", "0"),
            Map.entry("jit", "off"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_checkpoints", "off"),
            // A rejected statement is the store's to report; only the server's own life is logged.
            Map.entry("log_min_messages", "log")));

    private final Path directory;
    private final Path binaries;
    private final Account account;

    PostgresServer(Path directory, Path binaries) {
        this.directory = directory.toAbsolutePath().normalize();
        this.binaries = binaries.toAbsolutePath().normalize();
        this.account = Account.owning(this.directory);
    }

    boolean initialised() {
        return Files.exists(directory.resolve("PG_VERSION"));
    }

    /** Makes the directory. It appears whole or not at all, so that a kill half-way leaves nothing to clean up. */
    void initialise(Path passwordFile) {
        Path half = directory.resolveSibling(directory.getFileName() + ".new");
        try {
            PostgresBinaries.delete(half);
            Files.createDirectories(half);
            account.own(half);
            account.own(passwordFile);
            Command made = run(
                    "initdb",
                    "--pgdata=" + half,
                    "--username=" + USER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-locale");
            if (!made.succeeded()) {
                throw new EmbeddedDatabaseException(
                        "The embedded database cannot be made in %s: %s".formatted(directory, made.output()));
            }
            Files.move(half, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException(
                    "The embedded database cannot be made in %s (%s).".formatted(directory, e), e);
        }
    }

    /**
     * Stops a server that an earlier gateway left behind when it was killed, and forgets a {@code postmaster.pid} whose
     * number now belongs to somebody else or to a zombie: PostgreSQL would take either for a living server. A file whose
     * process is gone stays, since by it PostgreSQL sees whether children of the old server still hold its memory.
     */
    void clearTheWay() {
        if (running() != null) {
            LOG.info("stopping the database that an earlier run left behind");
            stop();
            return;
        }
        Postmaster old = Postmaster.of(directory);
        if (old == null || !old.known()) {
            return;
        }
        if (Postmaster.anybodyIn(directory)) {
            throw new EmbeddedDatabaseException(
                    "Processes of a killed database server still work in %s.".formatted(directory));
        }
        try {
            Files.deleteIfExists(directory.resolve(Postmaster.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server in a session of its own: a Ctrl-C at the console is for the gateway, which stops it last. */
    Postmaster start(int port) {
        clearTheWay();
        trimLog();
        StringJoiner options = new StringJoiner(" ").add("-p").add(Integer.toString(port));
        SETTINGS.forEach((name, value) -> options.add("-c").add("%s='%s'".formatted(name, value)));
        Command started = control("start", "--wait", "--timeout=300", "--log=" + logFile(), "--options=" + options);
        Postmaster postmaster = Postmaster.of(directory);
        if (!started.succeeded() || postmaster == null) {
            throw new EmbeddedDatabaseException(
                    "The embedded database in %s does not start: %s".formatted(directory, lastLines(started.output())));
        }
        return postmaster;
    }

    /** Stops the server, cutting its connections; open transactions roll back. Nothing where none runs. */
    void stop() {
        Postmaster running = running();
        if (running == null) {
            return;
        }
        Command stopped = control("stop", "--mode=fast", "--wait", "--timeout=30");
        if (!stopped.succeeded()) {
            stopped = control("stop", "--mode=immediate", "--wait", "--timeout=10");
        }
        if (!stopped.succeeded() && running.alive()) {
            throw new EmbeddedDatabaseException("The embedded database in %s does not stop [pid: %d]: %s"
                    .formatted(directory, running.pid(), stopped.output()));
        }
    }

    /** The server of this directory, null while none lives. */
    @Nullable
    Postmaster running() {
        Postmaster postmaster = Postmaster.of(directory);
        return postmaster != null && postmaster.alive() && postmaster.owns(directory) ? postmaster : null;
    }

    private Command control(String action, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = action;
        arguments[1] = "--pgdata=" + directory;
        System.arraycopy(more, 0, arguments, 2, more.length);
        try {
            return run("pg_ctl", arguments);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("The embedded database cannot be controlled (%s).".formatted(e), e);
        }
    }

    private Command run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return Command.run(account.with(command));
    }

    private Path logFile() {
        return directory.resolve("server.log");
    }

    private void trimLog() {
        try {
            if (Files.exists(logFile()) && Files.size(logFile()) > LOG_BYTES) {
                Files.delete(logFile());
            }
        } catch (IOException e) {
            LOG.debugf(e, "the database's log cannot be trimmed [file: %s]", logFile());
        }
    }

    private String lastLines(String otherwise) {
        try {
            List<String> lines = Files.readAllLines(logFile());
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException unreadable) {
            return otherwise;
        }
    }
}
