package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Message;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A session's cursor in one channel's log. Being live is the fast path of it: what comes is what is next. On the
 * session's home.
 */
final class Subscription {
    /** How often it may be told where it stands, unread, before the oldest of that is forgotten. */
    private static final int DEEPEST = 16;

    /** Where it stands. */
    enum State {
        /** Nothing was said to the client so far; what comes is only noted. */
        JOINING,
        /** What is next comes out of the history; what comes live is only noted. */
        CATCHING,
        LIVE
    }

    /** What cursors name it by. */
    final int number;

    final ChannelSession session;
    final ChannelName channel;
    final ChannelPolicy policy;
    State state = State.JOINING;

    // ---- in its topic
    @Nullable
    Topic topic;

    int slot;

    // ---- how far it has got
    String epoch = "";
    /** The offset that the client gets next. */
    long next;
    /** The highest offset that is known to exist. */
    long noted;
    /** Nothing at or below comes. */
    StreamPosition began = new StreamPosition("", 0);
    /** Whether it began in the past, behind a place that the client named. */
    boolean bySince;
    /** What was said when it began, and where in the mailbox; null where the protocol says nothing. */
    @Nullable
    Message answer;

    /** The place that the request named which was answered so; null for none. */
    @Nullable
    StreamPosition named;

    /** How it stood before what was said last and its client may not have heard of; null where it knows. */
    private @Nullable Standing before;

    /** Up to where its history had let go of what the client lacked, when that was told last; null for never. */
    @Nullable
    StreamPosition lostUpTo;

    /** The position from which on a client has heard of it; before that it begins where it began. */
    long answeredAt;
    /** The position from which on a client knows where it stands. */
    long toldAt;

    /** Whether it was answered at least once: then it is the client's, and kept. */
    boolean begun;
    /** Whether it is being stored, before it is answered. */
    boolean storing;
    /** Whether that was done: the answer may have to wait, and each record written meanwhile has to tell of it as well. */
    boolean stored;
    /** Waits until the channel is joined. */
    @Nullable
    Ask firstAsk;

    // ---- presence
    boolean presence;
    /** Whether the client knows who is there. */
    boolean presenceKnown;

    long presenceTicket;

    // ---- while it catches up
    /** Read and not offered so far; null while nothing is. */
    @Nullable
    ArrayDeque<Publication> read;
    /** Where it begins, while only a mark is known of that. */
    @Nullable
    Watermark beginsAfter;
    /** Whether the client has to be told where it stands. */
    boolean untold;
    /** Which page is waited for; another one is of no interest. */
    long ticket;

    boolean asked;

    /**
     * What it goes back to where its client never heard of something.
     *
     * @param position where that is said
     * @param loss whether that is that something is missing; else that its history is replayed
     * @param depth how many there are
     */
    private record Standing(
            long position,
            boolean loss,
            int depth,
            @Nullable Standing before,
            String epoch,
            long next,
            @Nullable Watermark beginsAfter,
            StreamPosition began,
            boolean bySince,
            @Nullable Message answer,
            @Nullable StreamPosition named,
            @Nullable StreamPosition lostUpTo,
            long answeredAt,
            long toldAt,
            boolean untold) {}

    Subscription(int number, ChannelSession session, ChannelName channel, ChannelPolicy policy) {
        this.number = number;
        this.session = session;
        this.channel = channel;
        this.policy = policy;
    }

    // ---- what the hub says of its channel

    /** It is joined. */
    void joined(StreamPosition head) {
        session.subscribing.joined(this, head);
    }

    /** It cannot be joined at present. */
    void refused(Throwable why) {
        session.subscribing.refused(this, why);
    }

    /** Something was published. The way of everything live, so it does next to nothing. */
    void offer(Publication publication) {
        if (state == State.LIVE && publication.offset() == next) {
            next++;
            if (publication.isFor(session.id())) {
                session.deliver(this, publication);
            }
        } else if (publication.offset() > noted) {
            noted = publication.offset();
            session.fallingBehind.missed(this, publication);
        }
    }

    /** It was joined a second time, and something may have been published in between. */
    void missedUpTo(StreamPosition head) {
        session.fallingBehind.missedUpTo(this, head);
    }

    /** Somebody came or went. */
    void presence(PresenceChange change) {
        session.presence.changed(this, change);
    }

    // ---- its cursor

    /** Nothing up to that place comes. */
    void beginAt(StreamPosition place) {
        epoch = place.epoch();
        began = place;
        next = place.offset() + 1;
    }

    /** Its client never heard of it: it begins once more, where it began, when it is answered. */
    void unanswer() {
        // No position stands for an answer that is still to come.
        answeredAt = Long.MAX_VALUE;
        state = State.JOINING;
        beginAt(began);
        beginsAfter = null;
        dropRead();
    }

    /** Its history does not reach back to its client: it goes on behind its head, once that is told. */
    void loses(StreamPosition head) {
        remember(true);
        dropRead();
        beginsAfter = null;
        beginAt(head);
        lostUpTo = head;
        bySince = false;
    }

    /** Its client asks for what is behind that place of its history, and will be answered that it gets it. */
    void goesBackTo(StreamPosition since) {
        if (state != State.JOINING) {
            remember(false);
        }
        began = since;
        bySince = true;
        next = since.offset() + 1;
    }

    private void remember(boolean loss) {
        Standing older = before;
        long known = session.mailbox.zones().acknowledged();
        // Whoever asks that often without reading is answered once more where it began last.
        if (older != null && (older.position <= known || older.depth == DEEPEST)) {
            older = null;
        }
        before = new Standing(
                session.mailbox.nextPosition(),
                loss,
                older == null ? 1 : older.depth + 1,
                older,
                epoch,
                next,
                beginsAfter,
                began,
                bySince,
                answer,
                named,
                lostUpTo,
                answeredAt,
                toldAt,
                untold);
    }

    /** Its client is at that position, and goes on from how it stood there: what was said behind that counts no more. */
    void standsAsAt(long position) {
        while (before != null && before.position > position) {
            standsAs(before);
        }
        before = null;
    }

    /** A loss that was told behind that position, where nobody was, counts no more: it is looked at anew. */
    void undoLossesBehind(long position) {
        while (before != null && before.loss && before.position > position) {
            standsAs(before);
        }
    }

    private void standsAs(Standing then) {
        dropRead();
        before = then.before;
        epoch = then.epoch;
        next = then.next;
        beginsAfter = then.beginsAfter;
        began = then.began;
        bySince = then.bySince;
        answer = then.answer;
        named = then.named;
        lostUpTo = then.lostUpTo;
        answeredAt = then.answeredAt;
        toldAt = then.toldAt;
        untold = then.untold;
    }

    /** Whether something after that place was told to be lost. */
    boolean hasLostAfter(StreamPosition place) {
        return lostUpTo != null && (!lostUpTo.epoch().equals(place.epoch()) || place.offset() < lostUpTo.offset());
    }

    boolean isCaughtUp() {
        return beginsAfter == null && (read == null || read.isEmpty()) && next > noted;
    }

    /** Whether the last word of it is that something is missing, and does not stand in the mailbox. */
    boolean isLossToTell() {
        boolean toBeSaid = untold || answeredAt == Long.MAX_VALUE;
        return toBeSaid && answer instanceof Subscribed told && !told.recovered();
    }

    /** Whether the client knows that it is subscribed, or will with what waits for it. */
    boolean isTold() {
        return state != State.JOINING && !untold;
    }

    /** Says where it stands, as {@link Subscribed} has it. */
    Subscribed says(
            @Nullable String requestId, StreamPosition place, boolean recovered, @Nullable StreamPosition since) {
        return new Subscribed(requestId, channel, number, place, recovered, since, session.now());
    }

    /** The request that was answered when it began; null where that had no id, or nothing was said. */
    @Nullable
    String requestId() {
        return answer instanceof Subscribed subscribed ? subscribed.requestId() : null;
    }

    boolean isBehind() {
        return noted >= next;
    }

    long readUpTo() {
        Publication last = read == null ? null : read.peekLast();
        return last == null ? next - 1 : last.offset();
    }

    Publication firstRead() {
        Publication first = read == null ? null : read.peekFirst();
        if (first == null) {
            throw new IllegalStateException("nothing was read");
        }
        return first;
    }

    /** Forgets what is read and what is waited for. */
    void dropRead() {
        read = null;
        asked = false;
        ticket++;
    }
}
