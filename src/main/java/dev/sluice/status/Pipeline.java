package dev.sluice.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline last said of itself. Its reports and its events come side by side, so each is as old as it is: an
 * event never brings an older report back.
 *
 * @param name for people; the id where it said none
 * @param status in its own words
 * @param progress from 0 to 100; null where it says none
 * @param detail JSON of its own; null where it says none
 * @param reportedAt when it said so; null where it never did
 * @param lastEvent null where nothing happened yet
 */
public record Pipeline(
        String id,
        String name,
        String status,
        @Nullable Double progress,
        @Nullable String detail,
        @Nullable Instant reportedAt,
        @Nullable LastEvent lastEvent) {

    /** What an id may look like, for a human. */
    public static final String ID_FORM = "1 to 128 letters, digits and . _ ~ @ : -";

    /** Nothing was heard of it. */
    static final String UNKNOWN = "unknown";

    /** It reports events, and never said how it is. */
    static final String RUNNING = "running";

    private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}._~@:-]{1,128}");

    private static final Set<String> SICK =
            Set.of("error", "failed", "failure", "stopped", "offline", "crashed", "unhealthy", "degraded");

    /** What is shown of the newest event: enough for whoever polls to see how far it is. */
    public record LastEvent(String event, @Nullable String file, @Nullable Double progress, Instant at) {}

    /** One that is expected to report. */
    static Pipeline expected(String id) {
        return new Pipeline(id, id, UNKNOWN, null, null, null, null);
    }

    /** Whether that can be the id of one. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The sooner one stays where it reported later than that. */
    Pipeline with(PipelineReport report, Instant at) {
        if (reportedAt != null && at.isBefore(reportedAt)) {
            return this;
        }
        String called = report.name() == null ? name : report.name();
        return new Pipeline(id, called, report.status(), report.progress(), report.detail(), at, lastEvent);
    }

    /** A sign of life, which leaves what was reported as it is. */
    Pipeline with(LastEvent event) {
        if (lastEvent != null && event.at().isBefore(lastEvent.at())) {
            return this;
        }
        String now = reportedAt == null ? RUNNING : status;
        return new Pipeline(id, name, now, progress, detail, reportedAt, event);
    }

    /** The latest sign of life; null while it is only expected. */
    public @Nullable Instant heardAt() {
        Instant happened = lastEvent == null ? null : lastEvent.at();
        if (reportedAt == null || happened == null) {
            return reportedAt == null ? happened : reportedAt;
        }
        return reportedAt.isAfter(happened) ? reportedAt : happened;
    }

    /** @param since when it could first have been heard of here */
    Instant staleFrom(Duration after, Instant since) {
        Instant heard = heardAt();
        return (heard == null ? since : heard).plus(after);
    }

    /** Whether it says itself that it is not well. */
    boolean isSick() {
        return SICK.contains(status.toLowerCase(Locale.ROOT));
    }
}
