package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.Outbound;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Replies that were sent, not acknowledged, and let go of by their mailbox: no history can say them again. They are held
 * within the bounds of the sent zone, and the oldest go first; their client asks again for what it was never answered.
 * What it did not ask for, that a channel it takes for subscribed is not any more, is kept as one word a channel.
 */
final class KeptReplies {
    private final MailboxLimits limits;
    private final Deque<Outbound> replies = new ArrayDeque<>(2);
    private final Map<ChannelName, Outbound> ended = new LinkedHashMap<>(0);
    private long bytes;
    private long dropped;
    private long lost;

    KeptReplies(MailboxLimits limits) {
        this.limits = limits;
    }

    void keep(Outbound reply) {
        replies.addLast(reply);
        bytes += reply.message().bytes();
        while (replies.size() > limits.maxFrames() || bytes > limits.maxBytes()) {
            drop(replies.removeFirst());
        }
    }

    private void drop(Outbound reply) {
        bytes -= reply.message().bytes();
        dropped = reply.position();
        if (Placed.unwrap(reply.message()) instanceof Unsubscribed word && word.requestId() == null) {
            // The last one has to be the last here as well.
            ended.remove(word.channel());
            ended.put(word.channel(), reply);
            if (ended.size() > limits.maxFrames()) {
                Iterator<Outbound> oldest = ended.values().iterator();
                lost = oldest.next().position();
                oldest.remove();
            }
        }
    }

    void acknowledged(long position) {
        ended.values().removeIf(each -> each.position() <= position);
        while (!replies.isEmpty() && replies.getFirst().position() <= position) {
            bytes -= replies.removeFirst().message().bytes();
        }
    }

    /** Gives out those held, in order, and holds them no longer. */
    void drainTo(Consumer<Outbound> next) {
        ended.values().forEach(next);
        replies.forEach(next);
        ended.clear();
        replies.clear();
        bytes = 0;
    }

    /** What they weigh; the single words aside, of which there are no more than frames. */
    long bytes() {
        return bytes;
    }

    /** Whether a client at that position lacks a reply that is not to be had any more. */
    boolean hasDroppedAfter(long position) {
        return dropped > position;
    }

    /** Whether it lacks one that it never asked for, and so will not ask for again. */
    boolean isLostTo(long position) {
        return lost > position;
    }
}
