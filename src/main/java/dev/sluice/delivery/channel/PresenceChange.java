package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Message;
import java.util.List;
import java.util.Locale;

/**
 * Who came, who went, or who is there. A client keeps the members of the last {@code sync}, with what came since; where
 * changes had to be dropped another {@code sync} stands for them.
 */
public record PresenceChange(ChannelName channel, Action action, List<Member> members, long appendedAt)
        implements Message {
    private static final int OVERHEAD = 64;

    /** What {@link #members} are. */
    public enum Action {
        /** Those who came. */
        JOIN,
        /** Those who went. */
        LEAVE,
        /** Everybody who is there. */
        SYNC;

        private final String wire = name().toLowerCase(Locale.ROOT);

        public String wire() {
            return wire;
        }
    }

    @Override
    public int bytes() {
        int bytes = channel.value().length() + OVERHEAD;
        for (Member member : members) {
            bytes += member.bytes();
        }
        return bytes;
    }
}
