package dev.sluice.delivery.channel;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.mailbox.Message;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session and their answers: each has one effect and one answer, and a repeat is answered again
 * without a second effect. An answer that names a place would be wrong once the events before it are replayed: it goes
 * stale, and is asked for again behind them. On the session's home.
 */
final class SessionRequests {
    private final ChannelSession session;
    private final Requests requests;

    SessionRequests(ChannelSession session, ChannelLimits limits) {
        this.session = session;
        this.requests = new Requests(limits.maxRequests(), limits.maxRequestBytes());
    }

    // ---- one effect, one answer

    /** As {@link ChannelSession#request} says. */
    void request(@Nullable String requestId, Consumer<Consumer<@Nullable Message>> effect) {
        Requests.Ticket ticket = once(requestId);
        if (ticket != null) {
            effect.accept(answer -> answer(ticket, answer));
        }
    }

    /** Null where it is a repeat: that is answered here. */
    Requests.@Nullable Ticket once(@Nullable String requestId) {
        Requests.Ticket before = requests.find(requestId);
        if (before == null) {
            return requests.begin(requestId);
        }
        Message said = before.said();
        if (said instanceof Subscribed answer && session.subscriptions.has(answer.channel())) {
            // What it asked for came with the first answer, or will: this one says where that has got to.
            askAgain(answer, null, session.catchUp::add);
        } else if (said != null) {
            session.say(said);
            if (said instanceof Subscribed answer) {
                // It was, and is no more: the last word has to be what holds.
                session.say(new Unsubscribed(null, answer.channel(), session.now()));
            }
        }
        return null;
    }

    /** One that no client sent: it is answered, and forgotten. */
    Requests.Ticket own() {
        return requests.begin(null);
    }

    /** Says the answer in order with everything else; does nothing where there was one already. */
    void answer(Requests.Ticket ticket, @Nullable Message answer) {
        if (ticket.answer(answer) && answer != null) {
            session.say(answer);
        }
    }

    /** As {@link ChannelSession#publish} says. */
    void publish(@Nullable String requestId, NewPublication what, Answers<StreamPosition> answers) {
        Requests.Ticket ticket = once(requestId);
        if (ticket != null) {
            session.broker()
                    .publish(List.of(what))
                    .subscribe()
                    .with(
                            places -> session.home().later(() -> answer(ticket, answers.done(places.get(0)))),
                            failure -> session.home().later(() -> answer(ticket, answers.failed(problem(failure)))));
        }
    }

    /** As a client is told of it. */
    static SluiceException problem(Throwable failure) {
        return failure instanceof SluiceException known ? known : new SluiceException(ProblemCode.INTERNAL);
    }

    // ---- again

    /** Whether it answers a repeat: with its place it would stand before events that it followed. */
    boolean goesStale(Message said, List<Subscribed> stale) {
        return said instanceof Subscribed answer
                && session.subscriptions.has(answer.channel())
                && !session.subscriptions.isSaidAnew(said)
                && stale.add(answer);
    }

    /** What is replayed from a place of its own goes first, in its order; the others say how far it has got then. */
    void askAgain(List<Subscribed> stale) {
        for (int i = stale.size() - 1; i >= 0; i--) {
            StreamPosition since = sinceAnew(stale.get(i));
            if (since != null) {
                askAgain(stale.get(i), since, session.catchUp::putFirst);
            }
        }
        for (Subscribed each : stale) {
            if (sinceAnew(each) == null) {
                askAgain(each, null, session.catchUp::putLast);
            }
        }
    }

    /** Where to replay from; null for nowhere: from where is settled, or what was replayed belonged to one that ended. */
    private @Nullable StreamPosition sinceAnew(Subscribed stale) {
        return isOfPresent(stale) ? stale.sinceAnew() : null;
    }

    private boolean isOfPresent(Subscribed answer) {
        Subscription present = session.subscriptions.find(answer.channel());
        return present != null && present.number == answer.subscription();
    }

    private void askAgain(Subscribed stale, @Nullable StreamPosition since, Consumer<Ask> queue) {
        Subscription subscription = session.subscriptions.find(stale.channel());
        if (subscription != null) {
            Ask ask = new Ask(subscription, stale.requestId(), since, own(), new Answers<>() {
                @Override
                public Message done(Subscribed outcome) {
                    StreamPosition named = since == null ? stale.since() : null;
                    // One that ended takes with it what it had still to replay.
                    boolean missing = named != null
                            && (!stale.recovered() || !isOfPresent(stale) || subscription.hasLostAfter(named));
                    return missing ? outcome.stillMissing() : outcome;
                }

                @Override
                public @Nullable Message failed(SluiceException why) {
                    return null;
                }
            });
            ask.said = stale;
            queue.accept(ask);
        }
    }

    /** It began in the past and its client does not know: it begins there once more, when it has the turn. */
    void answerAgain(Subscription each) {
        Message said = each.answer;
        each.untold = false;
        Ask ask = new Ask(each, each.requestId(), each.began, own(), new Answers<>() {
            @Override
            public @Nullable Message done(Subscribed outcome) {
                boolean same = outcome.recovered() && each.state == Subscription.State.JOINING;
                return same && said != null ? said : outcome;
            }

            @Override
            public @Nullable Message failed(SluiceException why) {
                return null;
            }
        });
        ask.isAgain = true;
        ask.named = each.named;
        // It may have been asked for again already, by one that was said since.
        session.catchUp.forgetRepeat(said);
        session.catchUp.putFirst(ask);
    }
}
