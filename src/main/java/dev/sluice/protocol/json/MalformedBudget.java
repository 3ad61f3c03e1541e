package dev.sluice.protocol.json;

/** Counts malformed messages: a few are a bug to be told of, more than 20 in 10 s are an attack or a loop. */
public final class MalformedBudget {
    private static final int ALLOWED = 20;
    private static final long WINDOW_MILLIS = 10_000;

    private long windowStart;
    private int count;

    /** Whether one more at that time is one too many. */
    public boolean exceededAt(long now) {
        if (now - windowStart >= WINDOW_MILLIS) {
            windowStart = now;
            count = 0;
        }
        return ++count > ALLOWED;
    }
}
