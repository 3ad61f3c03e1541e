package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Mailbox.Offered;
import dev.sluice.delivery.mailbox.Message;

/**
 * The way into the mailbox. Knows which subscription the session's cursors except from their mark, and sees to it that
 * the first message after there is none any more says so: no cursor may cover what its client does not have. On the
 * session's home.
 */
final class Placing {
    private final ChannelMailbox mailbox;
    private final CatchUp catchUp;
    private final ChannelHub hub;
    /** The subscription that cursors at the mailbox's end except from their mark. */
    private int exception = SessionCursor.NONE;

    Placing(ChannelMailbox mailbox, CatchUp catchUp, ChannelHub hub) {
        this.mailbox = mailbox;
        this.catchUp = catchUp;
        this.hub = hub;
    }

    /** The mailbox ends anew, with cursors that except that subscription, or {@link SessionCursor#NONE}. */
    void endsWith(int subscription) {
        exception = subscription;
    }

    /** As far as there is room. */
    Offered offer(Message message) {
        if (exception == SessionCursor.NONE || catchUp.isException(exception)) {
            return mailbox.offer(message);
        }
        // Nobody is the exception any more; the first message after that has to say so.
        Watermark mark = message instanceof Publication publication ? publication.mark() : hub.mark();
        Offered offered = mailbox.offer(new Placed(message, mark, SessionCursor.NONE, 0));
        if (offered == Offered.KEPT) {
            exception = SessionCursor.NONE;
        }
        return offered;
    }

    /** An answer has its place: it cannot wait until others went. */
    void offerBeyondBounds(Message message) {
        if (message instanceof Placed placed) {
            mailbox.offerAgain(placed);
            if (placed.subscription() != Placed.AS_BEFORE) {
                exception = placed.subscription();
            }
        } else if (exception == SessionCursor.NONE || catchUp.isException(exception)) {
            mailbox.offerAgain(message);
        } else {
            mailbox.offerAgain(new Placed(message, hub.mark(), SessionCursor.NONE, 0));
            exception = SessionCursor.NONE;
        }
    }
}
