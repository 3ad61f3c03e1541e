package dev.sluice.app;

import dev.sluice.store.embedded.EmbeddedDatabaseException;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/** Why the gateway did not start, in words. A stack trace is for what we have no words for. */
final class StartFailure {
    private StartFailure() {}

    static void print(Throwable failure, PrintStream console) {
        Set<Throwable> seen = new HashSet<>();
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            String words = words(cause);
            if (words != null) {
                console.println("sluice does not start: " + words);
                return;
            }
        }
        console.println("sluice does not start:");
        failure.printStackTrace(console);
    }

    private static @Nullable String words(Throwable cause) {
        if (cause instanceof QuarkusBindException bind) {
            return "cannot listen on %s:%d: %s.".formatted(bind.getHost(), bind.getPort(), bind.getMessage());
        }
        if (cause instanceof FlywayException flyway) {
            return databaseWords(flyway);
        }
        boolean plain = cause instanceof RefusedToStart
                || cause instanceof EmbeddedDatabaseException
                || cause instanceof ConfigurationException
                || cause instanceof ConfigValidationException;
        return plain ? cause.getMessage() : null;
    }

    private static String databaseWords(FlywayException flyway) {
        Throwable root = flyway;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        boolean connection = root instanceof SQLException || root instanceof IOException;
        String what = root.getMessage() == null ? root.toString() : root.getMessage();
        return connection ? "the database cannot be used: " + what : String.valueOf(flyway.getMessage());
    }
}
