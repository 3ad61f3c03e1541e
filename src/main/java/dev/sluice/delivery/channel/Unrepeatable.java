package dev.sluice.delivery.channel;

import org.jspecify.annotations.Nullable;

/**
 * What was said to this session alone and stands in no history. The mailbox holds it until its client has it; a node
 * that is killed loses it. So how far such words went is stored with the session, and a client that comes back after a
 * kill without them is told that it missed something. On the session's home.
 */
final class Unrepeatable {
    private final String epoch;
    /** The position of the last of them in this life; 0 for none. */
    private long last;
    /** That of an earlier life, of which nothing is held any more; null for none. */
    private @Nullable SessionCursor lost;

    Unrepeatable(String epoch) {
        this.epoch = epoch;
    }

    /** One more stands at that position. */
    void said(long position) {
        last = position;
    }

    /**
     * What a client at {@code seq} does not have was put to the mailbox's end, up to that position.
     *
     * @return whether some of them were
     */
    boolean movedFrom(long seq, long position) {
        boolean moved = last > 0 && last > seq;
        if (moved) {
            last = position;
        }
        return moved;
    }

    /** Whether a client at that place lacks some of them, and nothing holds them. */
    boolean isLostTo(@Nullable SessionCursor place) {
        return lost != null && (place == null || !place.epoch().equals(lost.epoch()) || place.seq() < lost.seq());
    }

    /** Its client came back, and had them or was told. */
    void settled() {
        lost = null;
    }

    /**
     * For the session's record: the place of a client that has all of them; empty where every client does.
     *
     * @param toCome whether one more will stand behind everything that is there by now, nobody knows where: then no
     *     client has it
     */
    String text(long acknowledged, boolean toCome) {
        long upTo = toCome ? Long.MAX_VALUE : last;
        if (upTo > acknowledged) {
            return new SessionCursor(epoch, upTo, Watermark.NONE, SessionCursor.NONE, 0).text();
        }
        return lost == null ? "" : lost.text();
    }

    void restore(String stored) {
        lost = stored.isEmpty() ? null : SessionCursor.parse(stored);
    }
}
