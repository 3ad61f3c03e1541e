package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import org.jspecify.annotations.Nullable;

/** On whom it lay that something did not work. */
public enum Fault {
    /** The connection was cut, or nothing came through it. */
    NETWORK,
    /** We should have served it and could not. */
    GATEWAY,
    /**
     * We turned it away, what it sent was no good, or the application did not answer: says nothing about the network,
     * nor about us.
     */
    REFUSAL;

    /** A shutdown turns away, and an application that is down fails every transport alike; any other 5xx is ours. */
    public static Fault of(ProblemCode problem) {
        return switch (problem) {
            case SHUTTING_DOWN, UPSTREAM_UNAVAILABLE, UPSTREAM_FULL, UPSTREAM_TIMEOUT, ACK_TIMEOUT -> REFUSAL;
            default -> problem.status() >= 500 ? GATEWAY : REFUSAL;
        };
    }

    /** @param why what the connection was ended with; null where it was cut */
    public static Fault of(@Nullable Disconnect why) {
        if (why == null) {
            return NETWORK;
        }
        return switch (why) {
            case NORMAL, SILENT -> NETWORK;
            case INTERNAL, TRY_LATER -> GATEWAY;
            default -> REFUSAL;
        };
    }
}
