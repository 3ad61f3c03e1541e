package dev.sluice.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline last said of itself.
 *
 * @param name for people; the id where it said none
 * @param status in its own words
 * @param progress from 0 to 100; null where it says none
 * @param detail JSON of its own; null where it says none
 * @param heardAt null while it is only expected
 */
public record Pipeline(
        String id,
        String name,
        String status,
        @Nullable Double progress,
        @Nullable String detail,
        @Nullable Instant heardAt) {

    /** Nothing was heard of it. */
    public static final String UNKNOWN = "unknown";

    /** It reports events, and never said how it is. */
    static final String RUNNING = "running";

    private static final Set<String> SICK =
            Set.of("error", "failed", "failure", "stopped", "offline", "crashed", "unhealthy", "degraded");

    /** One that is expected to report. */
    public static Pipeline expected(String id) {
        return new Pipeline(id, id, UNKNOWN, null, null, null);
    }

    /** @param since when it could first have been heard of here */
    boolean isStale(Instant now, Duration after, Instant since) {
        return now.isAfter((heardAt == null ? since : heardAt).plus(after));
    }

    /** Whether it says itself that it is not well. */
    public boolean isSick() {
        return SICK.contains(status.toLowerCase(Locale.ROOT));
    }
}
