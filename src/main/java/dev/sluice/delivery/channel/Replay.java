package dev.sluice.delivery.channel;

import java.util.ArrayDeque;

/**
 * Reads histories page by page and offers what was read, each with the place that a client has reached with it. A page
 * that does not reach back to where the client is says so to it; one that cannot be read counts as asked for until the
 * next tick. On the session's home.
 */
final class Replay {
    private final ChannelSession session;
    private long failingSince;

    Replay(ChannelSession session) {
        this.session = session;
    }

    // ---- what was read

    /** What was read of it and not offered so far. */
    static ArrayDeque<Publication> read(Subscription subscription) {
        ArrayDeque<Publication> read = subscription.read;
        if (read == null) {
            read = new ArrayDeque<>();
            subscription.read = read;
        }
        return read;
    }

    /** Offers the next of one that moves by itself, while the mark stays where it is; whether it is for this client. */
    boolean offerAlone(Subscription to, Publication publication) {
        return offer(to, publication, Watermark.NONE, to.number, publication.offset());
    }

    /**
     * Offers the next of all of them, which moves the mark; whether it is for this client.
     *
     * @param excepted whether the mark does not hold for another one, which stays the exception
     */
    boolean offerByMark(Subscription to, Publication publication, boolean excepted) {
        Watermark mark = Watermark.of(to.policy.durable(), publication.position());
        return offer(to, publication, mark, excepted ? Placed.AS_BEFORE : SessionCursor.NONE, 0);
    }

    private boolean offer(Subscription to, Publication publication, Watermark mark, int subscription, long offset) {
        to.next = publication.offset() + 1;
        if (!publication.isFor(session.id())) {
            return false;
        }
        session.replay(new Placed(publication, mark, subscription, offset));
        return true;
    }

    // ---- pages

    /** Asks for the next page, unless one is waited for; whether it did. */
    boolean ask(Subscription subscription, int limit) {
        Topic topic = subscription.topic;
        if (subscription.asked || topic == null || !topic.joined) {
            return false;
        }
        subscription.asked = true;
        long ticket = ++subscription.ticket;
        long after = subscription.readUpTo();
        Watermark mark = subscription.beginsAfter;
        var page = mark == null
                ? session.broker().history(subscription.channel, after, limit)
                : session.broker().historyAfter(subscription.channel, mark, limit);
        page.subscribe()
                .with(got -> session.home().later(() -> got(subscription, ticket, got)), failure -> session.home()
                        .later(() -> failed(subscription, ticket)));
        return true;
    }

    private void got(Subscription subscription, long ticket, HistoryPage page) {
        if (subscription.ticket != ticket || session.isOver()) {
            return;
        }
        subscription.asked = false;
        failingSince = 0;
        subscription.noted = Math.max(subscription.noted, page.head().offset());
        if (subscription.beginsAfter != null) {
            begins(subscription, page);
        } else if (page.lost() || !page.head().epoch().equals(subscription.epoch)) {
            session.answering.lost(subscription, page.head());
        } else {
            tell(subscription, page);
        }
        take(subscription, page);
        session.catchUp.wasRead(subscription);
    }

    /** A page that was read by mark: where the subscription goes on is known from now on. */
    private void begins(Subscription subscription, HistoryPage page) {
        long after = beginsBehind(subscription, page);
        if (after == HistoryPage.UNKNOWN) {
            session.answering.lost(subscription, page.head());
            return;
        }
        subscription.beginsAfter = null;
        subscription.epoch = page.head().epoch();
        if (!subscription.epoch.equals(subscription.began.epoch())) {
            subscription.began = new StreamPosition(subscription.epoch, 0);
        }
        subscription.next = after + 1;
        tell(subscription, page);
    }

    /** The offset behind which a page that was read by mark goes on; unknown where something before it is missing. */
    static long beginsBehind(Subscription subscription, HistoryPage page) {
        long began = subscription.began.offset();
        boolean same = page.head().epoch().equals(subscription.began.epoch());
        // An empty channel gets its epoch with its first publication: nothing was before that.
        boolean wasEmpty = !same && subscription.policy.durable() && began == 0;
        long after = same || wasEmpty ? Math.max(page.after(), began) : 0;
        return !same && !wasEmpty || page.floor() > after + 1 ? HistoryPage.UNKNOWN : after;
    }

    private void tell(Subscription subscription, HistoryPage page) {
        if (subscription.untold) {
            session.answering.tellAgain(subscription, page.head());
        }
    }

    private void take(Subscription subscription, HistoryPage page) {
        for (Publication publication : page.publications()) {
            if (publication.offset() == subscription.readUpTo() + 1) {
                read(subscription).addLast(publication);
            }
        }
    }

    private void failed(Subscription subscription, long ticket) {
        if (subscription.ticket == ticket) {
            // It counts as asked until the next tick, or failing would be a loop.
            failing();
        }
    }

    /** A history cannot be read, or a channel not be joined, at present. */
    void failing() {
        failingSince = failingSince == 0 ? session.now() : failingSince;
    }

    /** It works, or nobody needs it. */
    void works() {
        failingSince = 0;
    }

    boolean isFailing() {
        return failingSince != 0;
    }

    boolean hasFailedFor(long patience, long now) {
        return failingSince != 0 && now - failingSince >= patience;
    }
}
