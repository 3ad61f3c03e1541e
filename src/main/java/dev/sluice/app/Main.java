package dev.sluice.app;

import dev.sluice.store.embedded.EmbeddedDatabaseException;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/**
 * What happens before Quarkus: the role and the database. Everything that can be wrong here ends in one message and exit
 * code 1.
 */
@QuarkusMain
public final class Main {
    private static final String USAGE =
            """
            Usage: java -jar quarkus-run.jar [serve]

            serve       the gateway (default)
            --help      this text
            --version   the version

            SLUICE_DB_URL             postgresql://host:port/database; unset: an embedded PostgreSQL
            SLUICE_DB_USER            its user
            SLUICE_DB_PASSWORD        its password
            SLUICE_DATA_DIR           where the embedded PostgreSQL keeps its data (./data)
            QUARKUS_HTTP_PORT         API and realtime listener (8080)
            QUARKUS_MANAGEMENT_PORT   metrics and health (9000)
            """;

    private Main() {}

    public static void main(String... args) {
        String role = args.length == 0 ? "serve" : args[0];
        switch (role) {
            case "serve" -> serve(args);
            case "--help", "-h" -> System.out.print(USAGE);
            case "--version" -> System.out.println("sluice " + version());
            default -> {
                System.err.println("There is no role '%s'.%n%n%s".formatted(role, USAGE));
                System.exit(2);
            }
        }
    }

    private static void serve(String... args) {
        try {
            prepare(Environment.ofProcess());
        } catch (RefusedToStart | EmbeddedDatabaseException e) {
            StartFailure.print(e, System.err);
            System.exit(1);
        }
        System.setProperty(EmbeddedLife.SERVING, "true");
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            // Asked to stop and stopped: supervisors take the JVM's own 143 for a failure. Hooks run as ever.
            Signal.handle(new Signal("TERM"), asked -> System.exit(0));
            Quarkus.run(Serve.class, Main::stopped, args);
        } else {
            // Dev mode has its own idea of what follows a failed start: the page that shows it, and the next reload.
            try {
                Quarkus.run(Serve.class, args);
            } finally {
                System.setProperty(EmbeddedLife.SERVING, "false");
            }
        }
    }

    static void prepare(Environment environment) {
        if (environment.get("SLUICE_REDIS_URL") != null) {
            throw new RefusedToStart(
                    "SLUICE_REDIS_URL is set, but this version serves from one node only. Unset it; several nodes that share nothing would lose sessions.");
        }
        DatabaseAddress database = database(environment);
        if (database != null) {
            database.properties().forEach(System::setProperty);
        }
    }

    private static @Nullable DatabaseAddress database(Environment environment) {
        String url = environment.get("SLUICE_DB_URL");
        if (url != null) {
            return DatabaseAddress.parse(url, environment.get("SLUICE_DB_USER"), environment.get("SLUICE_DB_PASSWORD"));
        }
        String directory = environment.get("SLUICE_DATA_DIR");
        return EmbeddedLife.begin(Path.of(directory == null ? "data" : directory));
    }

    /** Quarkus has stopped, or never started. The hook that stops the database waits for this. */
    private static void stopped(int code, @Nullable Throwable failure) {
        System.setProperty(EmbeddedLife.SERVING, "false");
        if (failure != null) {
            StartFailure.print(failure, System.err);
        }
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, failure);
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }

    /** Serves until a signal ends it. */
    static final class Serve implements QuarkusApplication {
        @Override
        public int run(String... args) {
            Quarkus.waitForExit();
            return 0;
        }
    }
}
