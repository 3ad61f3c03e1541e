package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Mailbox.Offered;
import dev.sluice.delivery.mailbox.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens when the mailbox cannot hold what comes: the channel's policy first, and where that does not help, all
 * that is unsent and can be filled goes, and its subscriptions go back to the first of it, to be filled out of the
 * histories. Nothing is left out without a word. On the session's home.
 */
final class FallingBehind {
    private final ChannelSession session;
    private ChannelPolicy.@Nullable Overflow overflowed;

    FallingBehind(ChannelSession session) {
        this.session = session;
    }

    /** One more than there is room for. */
    void overflow(Subscription subscription, Publication publication) {
        ChannelPolicy.Overflow policy = subscription.policy.overflow();
        overflowed = policy;
        session.ports().channels().overflowed(policy);
        boolean room =
                switch (policy) {
                    case CLOSE -> false;
                    case DROP_OLDEST ->
                        session.mailbox
                                .thinning()
                                .dropOldest(
                                        publication.channel(),
                                        subscription.answeredAt,
                                        publication.bytes(),
                                        session.now());
                    case CONFLATE -> session.mailbox.thinning().conflate(publication);
                };
        if (!room || session.placing.offer(publication) == Offered.OVERFLOW) {
            fallBehind(publication);
        }
    }

    /** What is unsent and can be filled goes; its subscriptions go on from the first of it, out of the histories. */
    void fallBehind(@Nullable Publication unkept) {
        session.session().tooSlow();
        if (session.isOver()) {
            return;
        }
        session.ports().channels().fellBehind();
        if (unkept != null) {
            dropped(unkept);
        }
        startAnew(dropUnsent());
    }

    /** Answers that have to be given anew: to repeats, and to what began a subscription. */
    private record Unsaid(List<Subscribed> stale, List<Subscription> unanswered) {}

    private Unsaid dropUnsent() {
        Unsaid unsaid = new Unsaid(new ArrayList<>(), new ArrayList<>());
        for (Subscription each : session.subscriptions) {
            if (each.state != Subscription.State.JOINING) {
                each.undoLossesBehind(session.mailbox.highestSent());
            }
        }
        session.mailbox.dropUnsent(
                message -> {
                    dropped(message);
                    return session.subscriptions.isUndoneLoss(message)
                            || session.requests.goesStale(message, unsaid.stale());
                },
                answer -> {
                    Subscription own = session.subscriptions.answeredBy(answer);
                    return own != null && unsaid.unanswered().add(own);
                });
        unsaid.unanswered().forEach(Subscription::unanswer);
        return unsaid;
    }

    private void startAnew(Unsaid unsaid) {
        startAll();
        unsaid.unanswered().forEach(session.requests::answerAgain);
        session.requests.askAgain(unsaid.stale());
        if (session.subscriptions.hasLossToTell()) {
            session.storage.saveBeforeSending();
        }
        session.catchUp.pump();
    }

    private void dropped(Message message) {
        if (message instanceof Publication publication) {
            goBack(publication.channel(), publication.epoch(), publication.offset());
        } else if (message instanceof Gap gap) {
            goBack(gap.channel(), gap.epoch(), gap.from());
        } else if (message instanceof PresenceChange change) {
            Subscription subscription = session.subscriptions.find(change.channel());
            if (subscription != null) {
                session.presence.unknown(subscription);
            }
        }
    }

    private void goBack(ChannelName channel, String ofEpoch, long offset) {
        Subscription subscription = session.subscriptions.find(channel);
        if (subscription == null || subscription.state == Subscription.State.JOINING) {
            return;
        }
        boolean its = subscription.epoch.equals(ofEpoch) && offset > subscription.began.offset();
        if (its && offset < subscription.next) {
            subscription.next = offset;
        }
    }

    /** Everything goes on out of the histories, behind what the mailbox holds. */
    void catchUpAll() {
        startAll();
        session.catchUp.pump();
    }

    private void startAll() {
        Place tail = session.mailbox.tail();
        session.placing.endsWith(tail.subscription);
        session.catchUp.startAll(session.subscriptions, tail);
    }

    /** Lets go of everything held: memory is short and the client is away, or the slowest. */
    void cutDown() {
        session.observer().cutDown();
        session.session().tooSlow();
        if (session.isOver()) {
            return;
        }
        Unsaid unsaid = dropUnsent();
        session.mailbox.cutDown();
        startAnew(unsaid);
        session.settle();
    }

    /** A live publication came for a subscription that is not there yet, or that has missed one. */
    void missed(Subscription subscription, Publication publication) {
        if (subscription.state == Subscription.State.LIVE) {
            session.ports().channels().fellBehind();
            catchUpAll();
        } else {
            session.catchUp.missed(subscription, publication);
        }
    }

    /** The channel was joined a second time, and something may have been published in between. */
    void missedUpTo(Subscription subscription, StreamPosition head) {
        subscription.noted = Math.max(subscription.noted, head.offset());
        if (subscription.state == Subscription.State.LIVE) {
            catchUpAll();
        }
    }

    /** As operators see it: what the last overflow fell under, else what the channels have; empty without any. */
    String policy() {
        if (overflowed != null) {
            return overflowed.wire();
        }
        var all = session.subscriptions.iterator();
        return all.hasNext() ? all.next().policy.overflow().wire() : "";
    }
}
