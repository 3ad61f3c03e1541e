package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Appends to channels and fans out, the same way whether there is one node or many.
 *
 * <p><b>Order.</b> Each channel has one order. Every hub is given the publications of a channel in that order, without
 * holes, each once. Marks only rise: a hub that was given a publication with mark {@code m} was given everything that it
 * joined up to {@code m}.
 *
 * <p><b>Delivery.</b> At most once from here to a hub; the mailboxes behind it, and the history, make it whole.
 *
 * <p><b>Joining</b> is atomic with reading the head: {@link Hub#joined} comes before every publication after that head
 * and after every one up to it.
 *
 * <p><b>Reading</b> is in order with being told: what is in a page or a snapshot of members was handed to every hub's
 * home before the answer, so who goes on with {@link Home#later} on a hub's home has heard of it by then.
 *
 * <p>Answers may come on any thread.
 */
public interface Broker {

    /**
     * Appends all of them or none, in the order given, and fans out. Answers once they are offered to this node's
     * sessions, and for durable channels once they are stored. Fails with {@code store-unavailable} where a durable
     * one cannot be stored (then nothing was appended), {@code idempotency-conflict} where a key was used for something
     * else, {@code too-many-publications} where too many wait.
     *
     * @return their places, in the same order; of a repeated idempotency key the place of the first
     */
    Uni<List<StreamPosition>> publish(List<NewPublication> batch);

    /** Has the hub told what is published on the channel from now on. Answered by {@link Hub#joined} or {@link Hub#refused}. */
    void join(ChannelName channel, Hub hub);

    /** The hub is told no more of that channel. What is on its way may still arrive. */
    void leave(ChannelName channel, Hub hub);

    /** What follows {@code afterOffset}, at most {@code limit}; nothing where some of it is no longer held. */
    Uni<HistoryPage> history(ChannelName channel, long afterOffset, int limit);

    /**
     * What follows that mark in this channel, for a client of which only the mark is known; nothing where publications
     * after the mark may be missing because they are no longer held.
     */
    Uni<HistoryPage> historyAfter(ChannelName channel, Watermark mark, int limit);

    /** The channels that have a history or somebody listening, by name, after {@code after} (empty: from the first). */
    Uni<List<Head>> channels(String after, int limit);

    /** Where a channel stands; epoch and 0 for one that was never published to. */
    Uni<StreamPosition> head(ChannelName channel);

    /**
     * A session of that member comes, or shows another face; hubs are told where it is the member's first.
     *
     * @return everybody who is there then
     */
    Uni<List<Member>> enter(ChannelName channel, SessionId session, Member member);

    /** A session goes; hubs are told where it was the member's last. */
    void exit(ChannelName channel, SessionId session);

    /** Everybody who is there. */
    Uni<List<Member>> members(ChannelName channel);

    /** A channel and where it stands. */
    record Head(ChannelName channel, StreamPosition position) {}

    /** One event loop's receiving end. Every call comes on its {@link #home()}, in the order of the broker. */
    interface Hub {
        Home home();

        void joined(ChannelName channel, StreamPosition head, Watermark mark);

        /** The channel cannot be joined for now: its stored history could not be read. */
        void refused(ChannelName channel, Throwable why);

        /**
         * Publications of channels that were joined; several at once where they came close together, none where only
         * the word is asked for.
         *
         * @param done run on the home once everybody here was offered them, and was sent what it took: whoever publishes
         *     waits for that, or it would be ahead of those who read
         */
        void published(List<Publication> publications, Runnable done);

        /** Somebody came to or went from a channel that was joined. */
        void presence(PresenceChange change);
    }
}
