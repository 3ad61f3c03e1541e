package dev.sluice.delivery.mailbox;

/**
 * Follows what goes through a mailbox, so that a place can be told for each of its positions. On the mailbox's context;
 * must not call back.
 */
public interface Trail {
    /** Nobody asks for places. */
    Trail NONE = new Trail() {
        @Override
        public Message taken(Message message) {
            return message;
        }

        @Override
        public void released(Outbound oldest) {}

        @Override
        public void acknowledged() {}

        @Override
        public void rewound() {}
    };

    /**
     * A message is handed out, for the first time or again.
     *
     * @return what is handed out and held in its stead; for one that is handed out again the same
     */
    Message taken(Message message);

    /** The oldest message held is let go of: it was acknowledged, or the floor rises above it. */
    void released(Outbound oldest);

    /** Everything up to where the last message was released is acknowledged. */
    void acknowledged();

    /** What is taken next follows the last acknowledgement. */
    void rewound();
}
