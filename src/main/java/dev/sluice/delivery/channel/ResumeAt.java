package dev.sluice.delivery.channel;

import org.jspecify.annotations.Nullable;

/**
 * Where a client that attaches goes on.
 *
 * @param cursor only with {@link Kind#AFTER}
 */
public record ResumeAt(Kind kind, @Nullable SessionCursor cursor) {

    /** What the client said. */
    public enum Kind {
        /** Nothing: what follows its last acknowledgement comes (again). */
        LAST_ACKNOWLEDGED,
        /** What it has: that is acknowledged, and what follows comes (again). */
        AFTER,
        /** It never went away: only what it was not sent so far. */
        CONTINUE
    }

    public static final ResumeAt LAST_ACKNOWLEDGED = new ResumeAt(Kind.LAST_ACKNOWLEDGED, null);
    public static final ResumeAt CONTINUE = new ResumeAt(Kind.CONTINUE, null);

    public static ResumeAt after(SessionCursor cursor) {
        return new ResumeAt(Kind.AFTER, cursor);
    }
}
