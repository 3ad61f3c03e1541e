package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Message;

/**
 * How far somebody has got: a mark over all channels, and the one channel that it does not hold for. Moves on with each
 * message; not thread-safe.
 */
final class Place {
    Watermark mark;
    int subscription;
    long offset;

    Place(Watermark mark) {
        this.mark = mark;
        this.subscription = SessionCursor.NONE;
    }

    void set(Place other) {
        mark = other.mark;
        subscription = other.subscription;
        offset = other.offset;
    }

    void set(SessionCursor cursor) {
        mark = cursor.mark();
        subscription = cursor.subscription();
        offset = cursor.offset();
    }

    /** Takes in what a message moves. */
    void pass(Message message) {
        if (message instanceof Publication publication) {
            mark = mark.max(publication.mark());
        } else if (message instanceof Placed placed) {
            mark = mark.max(placed.mark());
            if (placed.subscription() != Placed.AS_BEFORE) {
                subscription = placed.subscription();
                offset = placed.offset();
            }
        }
    }

    /** The message as it is handed out: a live publication by itself where it says all, else with this place. */
    Message stamp(Message message) {
        if (message instanceof Publication && subscription == SessionCursor.NONE) {
            return message;
        }
        if (message instanceof Placed placed
                && placed.mark() == mark
                && placed.subscription() == subscription
                && placed.offset() == offset) {
            return placed;
        }
        return new Placed(Placed.unwrap(message), mark, subscription, offset);
    }

    SessionCursor cursor(String epoch, long seq) {
        return new SessionCursor(epoch, seq, mark, subscription, offset);
    }
}
