package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;

/** Where a session stands. Every state that waits carries its deadline (milliseconds since the epoch). */
public sealed interface SessionState {

    /** The four states, for exhaustive switches. */
    enum Kind {
        OPENING,
        ATTACHED,
        DETACHED,
        CLOSED
    }

    Kind kind();

    /** Made, and never attached so far. */
    record Opening(long expiresAt) implements SessionState {
        @Override
        public Kind kind() {
            return Kind.OPENING;
        }
    }

    /** A transport drains the mailbox. Its deadline is the stall, kept by the attachment. */
    record Attached(Attachment attachment) implements SessionState {
        @Override
        public Kind kind() {
            return Kind.ATTACHED;
        }
    }

    /** Between connections, or between two polls. */
    record Detached(long expiresAt) implements SessionState {
        @Override
        public Kind kind() {
            return Kind.DETACHED;
        }
    }

    /** Over. Nothing leaves this state. */
    record Closed(Disconnect why) implements SessionState {
        @Override
        public Kind kind() {
            return Kind.CLOSED;
        }
    }
}
