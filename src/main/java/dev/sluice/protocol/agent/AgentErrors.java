package dev.sluice.protocol.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
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
}
