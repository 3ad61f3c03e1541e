package dev.sluice.protocol.sluice;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import org.jspecify.annotations.Nullable;

/** From problems to what a native connection does about them. Most are an {@code error} frame and nothing more. */
final class SluiceErrors {
    private SluiceErrors() {}

    /** The close code that follows the {@code error} frame, or null where the connection lives on. */
    static @Nullable Disconnect endOf(ProblemCode code) {
        return switch (code) {
            case UNAUTHORIZED, TOKEN_EXPIRED -> Disconnect.UNAUTHORIZED;
            case GONE -> Disconnect.SESSION_GONE;
            case RATE_LIMITED -> Disconnect.RATE_LIMITED;
            case INTERNAL -> Disconnect.INTERNAL;
            default -> null;
        };
    }
}
