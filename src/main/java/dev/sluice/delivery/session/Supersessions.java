package dev.sluice.delivery.session;

import java.time.Duration;

/**
 * Tells a client that reconnects from two clients that fight for one identity: more than three take-overs within a
 * minute are a fight. Not thread-safe; on the session's home.
 */
public final class Supersessions {
    private static final int ALLOWED = 3;
    private static final long WINDOW_MILLIS = Duration.ofSeconds(60).toMillis();

    private final long[] latest = new long[ALLOWED];
    private int next;

    /** Whether one more take-over now would be a fight. */
    public boolean tooMany(long now) {
        long oldest = latest[next];
        return oldest != 0 && now - oldest < WINDOW_MILLIS;
    }

    /** A live connection was taken over. */
    public void happened(long now) {
        latest[next] = now;
        next = (next + 1) % ALLOWED;
    }
}
