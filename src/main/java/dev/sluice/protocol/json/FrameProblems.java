package dev.sluice.protocol.json;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;

/** What the JSON protocols make of failures alike. Which of them end a connection is each protocol's own table. */
public final class FrameProblems {
    private FrameProblems() {}

    /** Whether it counts towards the 20 malformed messages in 10 s that end a connection. */
    public static boolean malformed(ProblemCode code) {
        return switch (code) {
            case MALFORMED_JSON, INVALID_REQUEST, MISSING_FIELD, INVALID_FIELD, UNKNOWN_TYPE, NOT_REGISTERED -> true;
            default -> false;
        };
    }

    /** What a client may know of a failure. */
    public static SluiceException problemOf(Throwable failure) {
        return failure instanceof SluiceException known ? known : new SluiceException(ProblemCode.INTERNAL);
    }
}
