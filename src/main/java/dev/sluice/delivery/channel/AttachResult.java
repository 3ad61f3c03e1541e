package dev.sluice.delivery.channel;

import dev.sluice.delivery.session.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * What became of an attach.
 *
 * @param attachment null unless attached
 * @param accepted where the client goes on from; null unless attached
 */
public record AttachResult(Kind kind, @Nullable Attachment attachment, @Nullable SessionCursor accepted) {

    /** The three ends of it. */
    public enum Kind {
        ATTACHED,
        /** The place is not known or the session is over: 410, and the client begins anew. Nothing changed. */
        LOST,
        /** Somebody else's session: 403. Nothing changed. */
        FORBIDDEN
    }

    static final AttachResult LOST = new AttachResult(Kind.LOST, null, null);
    static final AttachResult FORBIDDEN = new AttachResult(Kind.FORBIDDEN, null, null);
}
