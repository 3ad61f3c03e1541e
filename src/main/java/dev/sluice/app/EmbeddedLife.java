package dev.sluice.app;

import dev.sluice.store.embedded.EmbeddedDatabase;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The embedded database from before Quarkus starts until after it has stopped. Both facts are kept in system
 * properties: dev mode loads this class anew with every reload, and the database must outlive that.
 */
final class EmbeddedLife {
    /** Set once this JVM has an embedded database: its URI. */
    static final String STARTED = "dev.sluice.embedded-uri";

    /** {@code true} while Quarkus runs; the database is stopped only after that. */
    static final String SERVING = "dev.sluice.serving";

    /** Longer than any drain; beyond it something hangs, and PostgreSQL recovers from being cut. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private EmbeddedLife() {}

    /** Starts it and says where it is, or null where this JVM has one already and its properties stand. */
    static @Nullable DatabaseAddress begin(Path dataDirectory) {
        if (System.getProperty(STARTED) != null) {
            return null;
        }
        EmbeddedDatabase database = EmbeddedDatabase.start(dataDirectory);
        System.setProperty(STARTED, database.uri());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(database), "sluice-embedded-database-stop"));
        return DatabaseAddress.of(database);
    }

    /** Shutdown hooks run all at once, so this one waits for Quarkus: draining sessions still write. */
    private static void end(EmbeddedDatabase database) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (Boolean.getBoolean(SERVING) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        database.close();
    }
}
