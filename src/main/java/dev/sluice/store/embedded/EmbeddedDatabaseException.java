package dev.sluice.store.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded database cannot be had. The message is one paragraph for the person at the console. */
public final class EmbeddedDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedDatabaseException(String message) {
        this(message, null);
    }

    EmbeddedDatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
