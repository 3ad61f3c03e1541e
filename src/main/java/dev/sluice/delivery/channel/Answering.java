package dev.sluice.delivery.channel;

import dev.sluice.core.Disconnect;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.mailbox.Message;
import org.jspecify.annotations.Nullable;

/**
 * Says to the client where its subscriptions stand: the answer to a request, for which the history is asked where the
 * client names a place in the past, and what has to be said unasked when a history does not reach back. Each answer has
 * its place in the mailbox, and no event of the channel comes before it. On the session's home.
 */
final class Answering {
    private final ChannelSession session;

    Answering(ChannelSession session) {
        this.session = session;
    }

    // ---- to a request

    /** The request has its turn, and its subscription a place: answers it, now or when the history is read. */
    void answerFrom(Ask ask) {
        Subscription subscription = ask.subscription;
        StreamPosition since = sinceOf(ask);
        if (since == null) {
            boolean missed = subscription.state == Subscription.State.JOINING && subscription.isBehind();
            say(ask, null, new StreamPosition(subscription.epoch, subscription.next - 1), true, missed);
            return;
        }
        long ticket = ++subscription.ticket;
        session.broker()
                .history(subscription.channel, since.offset(), CatchUp.PAGE)
                .subscribe()
                .with(page -> session.home().later(() -> found(ask, ticket, since, page)), failure -> session.home()
                        .later(() -> {
                            if (subscription.ticket == ticket && session.catchUp.isAsking(ask)) {
                                failed(ask, SessionRequests.problem(failure));
                            }
                        }));
    }

    /** Where to go on from; null for where the subscription is. What another request began by now is not put back. */
    private static @Nullable StreamPosition sinceOf(Ask ask) {
        boolean begun = ask.subscription.state != Subscription.State.JOINING;
        return begun && ask.isAgain ? ask.named : ask.since;
    }

    /** It cannot be answered at present: what the client was told it is subscribed to goes on all the same. */
    void failed(Ask ask, SluiceException why) {
        if (ask.subscription.state == Subscription.State.JOINING) {
            if (ask.subscription.begun) {
                session.catchUp.putBack(ask);
            } else {
                session.subscribing.refused(ask, why);
            }
        } else {
            session.catchUp.gaveUp(ask);
            session.requests.answer(ask.ticket, ask.answers.failed(why));
        }
    }

    private void found(Ask ask, long ticket, StreamPosition since, HistoryPage page) {
        Subscription subscription = ask.subscription;
        if (subscription.ticket != ticket || !session.catchUp.isAsking(ask) || session.isOver()) {
            return;
        }
        boolean recovered = page.head().epoch().equals(since.epoch())
                && since.offset() <= page.head().offset()
                && !page.lost();
        subscription.dropRead();
        subscription.noted = Math.max(subscription.noted, page.head().offset());
        if (subscription.state == Subscription.State.LIVE) {
            subscription.noted = Math.max(subscription.noted, subscription.next - 1);
        }
        if (recovered) {
            subscription.goesBackTo(since);
        }
        subscription.epoch = page.head().epoch();
        if (!recovered && subscription.state == Subscription.State.JOINING) {
            subscription.began = page.head();
            subscription.next = page.head().offset() + 1;
        }
        // One that is live, or was re-read meanwhile, goes on where it is: that may be further than the page.
        StreamPosition place = recovered
                ? new StreamPosition(subscription.epoch, subscription.noted)
                : new StreamPosition(subscription.epoch, subscription.next - 1);
        say(ask, since, place, recovered, subscription.isBehind());
    }

    /**
     * @param since where it begins; null for where it is
     * @param behind whether there is something to replay: then the channel is the exception from here on
     */
    private void say(Ask ask, @Nullable StreamPosition since, StreamPosition place, boolean recovered, boolean behind) {
        Subscription subscription = ask.subscription;
        Message said = ask.answers.done(subscription.says(ask.requestId, place, recovered, since));
        ask.ticket.answer(said);
        session.ports().channels().subscribed(recovered);
        if (subscription.state == Subscription.State.JOINING || since != null && recovered) {
            subscription.answer = said;
            subscription.named = ask.isAgain ? ask.named : since;
            subscription.answeredAt = session.mailbox.nextPosition();
            subscription.toldAt = subscription.answeredAt;
        }
        subscription.begun = true;
        // What happened while the session was stored is behind the cursor's mark as well.
        subscription.bySince |= behind;
        if (said != null) {
            session.placing.offerBeyondBounds(
                    behind ? new Placed(said, session.hub.mark(), subscription.number, subscription.next - 1) : said);
        }
        if (ask.isAgain) {
            placed(subscription, said, session.mailbox.nextPosition() - 1);
        } else {
            // Its client asks again for what it never read.
            session.storage.changed();
        }
        if (session.catchUp.isAsking(ask)) {
            session.catchUp.answered(ask);
        } else if (subscription.state == Subscription.State.JOINING) {
            subscription.state = Subscription.State.LIVE;
        }
        session.presence.know(subscription);
        session.touchAndFlush();
        endIfNotRead();
    }

    /** After a kill a client that comes back without a word of loss would go on from there as if it knew. */
    private void placed(Subscription subscription, @Nullable Message said, long position) {
        boolean loss = said instanceof Subscribed place && !place.recovered();
        if (loss && subscription.policy.durable()) {
            session.unrepeatable.said(position);
            session.storage.saveBeforeSending();
        } else {
            session.storage.changed();
        }
    }

    /** Answers are not stopped by the zone's bound; a client that asks and never reads is. */
    private void endIfNotRead() {
        int most = 2 * (session.limits.mailbox().maxFrames() + session.limits.maxSubscriptions());
        if (!session.isOver() && session.mailbox.zones().unsentFrames() > most) {
            session.end(Disconnect.SLOW_CONSUMER);
        }
    }

    // ---- unasked

    /** The history does not reach back to where the client is. */
    void lost(Subscription subscription, StreamPosition head) {
        subscription.loses(head);
        session.ports().channels().subscribed(false);
        boolean unanswered = subscription.answeredAt == Long.MAX_VALUE;
        String request = unanswered ? subscription.requestId() : null;
        subscription.answeredAt = session.mailbox.nextPosition();
        tell(subscription, subscription.says(request, head, false, null));
    }

    /** The client may not know that it is subscribed; it is, and everything comes. */
    void tellAgain(Subscription subscription, StreamPosition head) {
        Message before = subscription.answer;
        if (subscription.answeredAt == Long.MAX_VALUE) {
            subscription.answeredAt = session.mailbox.nextPosition();
        }
        tell(subscription, before == null ? subscription.says(null, head, true, null) : before);
    }

    private void tell(Subscription subscription, Message said) {
        subscription.untold = false;
        if (subscription.answer != said) {
            subscription.answer = said;
            subscription.named = null;
        }
        subscription.toldAt = session.mailbox.nextPosition();
        session.mailbox.offerAgain(said);
        placed(subscription, said, subscription.toldAt);
        session.touch();
    }
}
