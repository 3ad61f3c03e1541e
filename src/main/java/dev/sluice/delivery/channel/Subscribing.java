package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request to subscribe: it waits for its turn, then for its channel to be joined, then for the session to
 * be stored where that has to be first; then it is answered. A channel that cannot be had is taken out again, and
 * everything that waits for it fails. On the session's home.
 */
final class Subscribing {
    private final ChannelSession session;
    /** Channels that were left, and are to be stored as that first; nearly always none. */
    private List<ChannelName> leaving = List.of();

    Subscribing(ChannelSession session) {
        this.session = session;
    }

    /** As {@link ChannelSession#subscribe} says. */
    void subscribe(@Nullable String requestId, Subscribe what, Answers<Subscribed> answers) {
        Requests.Ticket ticket = session.isOver() ? null : session.requests.once(requestId);
        if (ticket == null) {
            return;
        }
        Subscription present = session.subscriptions.find(what.channel());
        boolean tooMany = present == null && session.subscriptions.size() >= session.limits.maxSubscriptions();
        if (tooMany || session.catchUp.waiting() >= session.limits.maxSubscriptions()) {
            session.requests.answer(ticket, answers.failed(new SluiceException(ProblemCode.TOO_MANY_SUBSCRIPTIONS)));
            return;
        }
        if (present == null) {
            present = session.subscriptions.add(what.channel());
        }
        present.presence |= what.presence();
        session.catchUp.add(new Ask(present, requestId, what.since(), ticket, answers));
    }

    /** The request has its turn. */
    void begin(Ask ask) {
        Subscription subscription = ask.subscription;
        if (subscription.topic == null) {
            subscription.firstAsk = ask;
            session.hub.subscribe(subscription);
        } else if (subscription.topic.joined) {
            goOn(ask, subscription.topic.place());
        } else {
            subscription.firstAsk = ask;
        }
    }

    /** The hub has joined its channel. */
    void joined(Subscription subscription, StreamPosition head) {
        subscription.noted = Math.max(subscription.noted, head.offset());
        Ask ask = subscription.firstAsk;
        if (ask == null) {
            session.catchUp.pump();
            return;
        }
        subscription.firstAsk = null;
        storesFirstIfKept(ask);
        if (session.catchUp.mayAnswer(ask)) {
            goOn(ask, head);
        } else {
            session.catchUp.pump();
        }
    }

    /**
     * What is kept has to be complete: a channel that is missing there would be lost without a word. So whichever request
     * a subscription begins with waits until that is stored.
     */
    void storesFirstIfKept(Ask ask) {
        boolean kept = ask.subscription.policy.durable() || session.storage.isStored();
        ask.storesFirst |= !ask.subscription.begun && kept;
    }

    private void goOn(Ask ask, StreamPosition head) {
        Subscription subscription = ask.subscription;
        if (!subscription.begun && !ask.isStored) {
            subscription.beginAt(head);
        }
        if (!ask.storesFirst || ask.isStored) {
            session.answering.answerFrom(ask);
            return;
        }
        subscription.storing = true;
        session.storage
                .save()
                .subscribe()
                .with(saved -> session.home().later(() -> stored(ask, null)), failure -> session.home()
                        .later(() -> stored(ask, failure)));
    }

    private void stored(Ask ask, @Nullable Throwable failure) {
        ask.subscription.storing = false;
        if (session.isOver() || !session.subscriptions.holds(ask.subscription)) {
            return;
        }
        if (failure == null) {
            ask.isStored = true;
            ask.subscription.stored = true;
            if (session.catchUp.isAsking(ask)) {
                session.answering.answerFrom(ask);
            }
        } else {
            session.answering.failed(ask, SessionRequests.problem(failure));
        }
    }

    /** The channel cannot be joined at present. */
    void refused(Subscription subscription, Throwable why) {
        Ask ask = subscription.firstAsk;
        if (ask != null) {
            subscription.firstAsk = null;
            session.answering.failed(ask, SessionRequests.problem(why));
        } else {
            session.catchUp.failing();
        }
    }

    /** The request failed, and with it the channel, of which the client heard nothing so far. */
    void refused(Ask ask, SluiceException why) {
        Subscription subscription = ask.subscription;
        List<Ask> others = session.catchUp.forget(subscription);
        session.subscriptions.remove(subscription.channel);
        session.subscriptions.leave(subscription);
        session.storage.changed();
        session.requests.answer(ask.ticket, ask.answers.failed(why));
        for (Ask other : others) {
            if (other != ask) {
                session.requests.answer(other.ticket, other.answers.failed(why));
            }
        }
        session.catchUp.pump();
    }

    /** As {@link ChannelSession#unsubscribe} says: what is kept would bring the channel back after a kill. */
    void unsubscribe(@Nullable String requestId, ChannelName channel, Answers<Unsubscribed> answers) {
        Requests.Ticket ticket = session.isOver() ? null : session.requests.once(requestId);
        if (ticket == null) {
            return;
        }
        Subscription subscription = session.subscriptions.remove(channel);
        if (subscription != null) {
            SluiceException why = new SluiceException(ProblemCode.INVALID_REQUEST, "Unsubscribed meanwhile.");
            for (Ask ask : session.catchUp.forget(subscription)) {
                session.requests.answer(ask.ticket, ask.answers.failed(why));
            }
            session.subscriptions.leave(subscription);
            session.storage.changed();
        }
        Runnable answer = () ->
                session.requests.answer(ticket, answers.done(new Unsubscribed(requestId, channel, session.now())));
        if (subscription == null || !session.storage.isStored()) {
            answer.run();
        } else {
            leaves(channel);
            session.storage
                    .save()
                    .subscribe()
                    .with(saved -> session.home().later(() -> left(channel, answer)), failure -> session.home()
                            .later(() -> {
                                session.storage.changed();
                                left(channel, answer);
                            }));
        }
        session.catchUp.pump();
    }

    private void leaves(ChannelName channel) {
        leaving = leaving.isEmpty() ? new ArrayList<>(1) : leaving;
        leaving.add(channel);
    }

    private void left(ChannelName channel, Runnable answer) {
        leaving.remove(channel);
        answer.run();
        session.catchUp.pump();
    }

    /** The client has not been told that it left it: what it asked for since is answered behind that. */
    boolean isLeaving(ChannelName channel) {
        return leaving.contains(channel);
    }
}
