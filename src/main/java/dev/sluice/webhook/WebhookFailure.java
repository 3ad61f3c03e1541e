package dev.sluice.webhook;

import org.jspecify.annotations.Nullable;

/** One try did not deliver an event. */
public final class WebhookFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NO_ANSWER = 0;

    private final int status;

    private WebhookFailure(String message, int status, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.status = status;
    }

    static WebhookFailure answered(int status) {
        return new WebhookFailure("answered " + status, status, null);
    }

    static WebhookFailure unanswered(Throwable cause) {
        return new WebhookFailure("no answer: " + cause.getClass().getSimpleName(), NO_ANSWER, cause);
    }

    /** Whether the same request may succeed later: the receiver did not say that the request itself is wrong. */
    public boolean worthAnotherTry() {
        boolean refused = status >= 400 && status < 500;
        return !refused || status == 408 || status == 429;
    }
}
