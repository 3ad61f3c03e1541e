package dev.sluice.protocol.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import org.jspecify.annotations.Nullable;

/** From problems to what an agent's connection does about them. Most are an {@code error} frame and nothing more. */
final class AgentErrors {
    private AgentErrors() {}

    /** The close code that follows the {@code error} frame, or null where the connection lives on. */
    static @Nullable Disconnect endOf(ProblemCode code) {
        return switch (code) {
            case OUTSIDE_ROLLOUT, WEBSOCKET_DISABLED -> Disconnect.SWITCH_TO_POLLING;
            case AGENT_ID_MISMATCH -> Disconnect.PROTOCOL_ERROR;
            case UNAUTHORIZED, TOKEN_EXPIRED -> Disconnect.UNAUTHORIZED;
            case STORE_UNAVAILABLE, SHUTTING_DOWN, TOO_MANY_CONNECTIONS -> Disconnect.TRY_LATER;
            case RATE_LIMITED -> Disconnect.RATE_LIMITED;
            case INTERNAL -> Disconnect.INTERNAL;
            default -> null;
        };
    }

    /** Whether it counts towards the 20 malformed messages in 10 s that end a connection. */
    static boolean malformed(ProblemCode code) {
        return switch (code) {
            case MALFORMED_JSON, INVALID_REQUEST, MISSING_FIELD, INVALID_FIELD, UNKNOWN_TYPE, NOT_REGISTERED -> true;
            default -> false;
        };
    }

    /** What an agent may know of a failure. */
    static SluiceException problemOf(Throwable failure) {
        return failure instanceof SluiceException known ? known : new SluiceException(ProblemCode.INTERNAL);
    }
}
