package dev.sluice.delivery.mailbox;

/**
 * Where a fresh attachment wants to go on.
 *
 * @param kind how {@code position} is to be read
 * @param position the last position the client says it has; only with {@link Kind#AFTER}
 */
public record Resume(Kind kind, long position) {

    /** The three ways a client comes back. */
    public enum Kind {
        /** It said nothing: everything after the last acknowledgement is sent (again). */
        LAST_ACKNOWLEDGED,
        /** It named what it has: that is acknowledged, and everything after it is sent (again). */
        AFTER,
        /** It never went away, a poll follows a poll: only what was not sent yet is sent. */
        CONTINUE
    }

    public static final Resume LAST_ACKNOWLEDGED = new Resume(Kind.LAST_ACKNOWLEDGED, 0);
    public static final Resume CONTINUE = new Resume(Kind.CONTINUE, 0);

    public static Resume after(long position) {
        return new Resume(Kind.AFTER, position);
    }
}
