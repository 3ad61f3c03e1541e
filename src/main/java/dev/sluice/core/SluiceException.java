package dev.sluice.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that rooms throw on purpose: a {@link ProblemCode} with a sentence for the caller. It carries no
 * stack trace, since it describes the request and not a fault of ours.
 */
public final class SluiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final @Nullable String field;
    private final @Nullable Duration retryAfter;

    private SluiceException(
            ProblemCode code,
            String detail,
            @Nullable String field,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(detail, cause, false, false);
        this.code = code;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    public SluiceException(ProblemCode code) {
        this(code, code.sentence(), null, null, null);
    }

    public SluiceException(ProblemCode code, String detail) {
        this(code, detail, null, null, null);
    }

    /** A field of the request is missing. */
    public static SluiceException missing(String field) {
        return new SluiceException(ProblemCode.MISSING_FIELD, "%s is required".formatted(field), field, null, null);
    }

    /** A field of the request has a value that is not allowed; {@code allowed} completes "field must be …". */
    public static SluiceException invalid(String field, String allowed) {
        return new SluiceException(
                ProblemCode.INVALID_FIELD, "%s must be %s".formatted(field, allowed), field, null, null);
    }

    /** A part of the request is not what is read there, whatever it holds: an item of a list, or {@code body}, all of it. */
    public static SluiceException invalidRequest(String part, String detail) {
        return new SluiceException(ProblemCode.INVALID_REQUEST, detail, part, null, null);
    }

    /** A problem that passes by itself: the answer carries {@code Retry-After}. */
    public static SluiceException retryLater(ProblemCode code, Duration after) {
        return new SluiceException(code, code.sentence(), null, after, null);
    }

    /** The same, keeping what caused it for the log. */
    public static SluiceException storeUnavailable(@Nullable Throwable cause) {
        return new SluiceException(
                ProblemCode.STORE_UNAVAILABLE,
                ProblemCode.STORE_UNAVAILABLE.sentence(),
                null,
                Duration.ofSeconds(5),
                cause);
    }

    public ProblemCode code() {
        return code;
    }

    /** What the caller is told; {@link #getMessage()} by its right name. */
    public String detail() {
        String message = getMessage();
        return message == null ? code.sentence() : message;
    }

    /** The field that was wrong, for problems about one field. */
    public @Nullable String field() {
        return field;
    }

    /** When trying again makes sense, for temporary problems. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
