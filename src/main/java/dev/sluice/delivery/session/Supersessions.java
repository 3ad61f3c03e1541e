package dev.sluice.delivery.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client that reconnects from two clients that fight for one identity: more than three take-overs within a
 * minute are a fight. Not thread-safe; on the session's home.
 */
public final class Supersessions {
    private static final int ALLOWED = 3;
    private static final long WINDOW_MILLIS = Duration.ofSeconds(60).toMillis();

    /** When the latest ones were. Most sessions never have one, so it is made with the first. */
    private long @Nullable [] latest;

    private int next;

    /** Whether one more take-over now would be a fight. */
    public boolean tooMany(long now) {
        long oldest = latest == null ? 0 : latest[next];
        return oldest != 0 && now - oldest < WINDOW_MILLIS;
    }

    /** A live connection was taken over. */
    public void happened(long now) {
        if (latest == null) {
            latest = new long[ALLOWED];
        }
        latest[next] = now;
        next = (next + 1) % ALLOWED;
    }
}
