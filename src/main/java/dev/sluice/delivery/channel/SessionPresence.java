package dev.sluice.delivery.channel;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.Mailbox.Offered;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session among the members of its channels. Where a client asked for it, it enters once it is told that it is
 * subscribed, hears who is there, and from then on who comes and goes; what could not be said is made good by saying
 * who is there once more, when there is room. On the session's home.
 */
final class SessionPresence {
    private final ChannelSession session;
    /** Whether somebody has to be told who is there. */
    private boolean isUnknown;

    /** What others see it attached over; null before it entered anywhere. */
    private @Nullable TransportKind shown;

    SessionPresence(ChannelSession session) {
        this.session = session;
    }

    /** It was answered: its client has to hear who is there. */
    void know(Subscription subscription) {
        if (subscription.presence) {
            unknown(subscription);
            look();
        }
    }

    /** What its client knows of who is there does not hold any more. */
    void unknown(Subscription subscription) {
        subscription.presenceKnown = false;
        isUnknown = true;
    }

    /** Looks at all of them anew. */
    void lookAgain() {
        isUnknown = true;
        look();
    }

    /** There is room again. */
    void lookIfUnknown() {
        if (isUnknown) {
            look();
        }
    }

    /** It is attached: over another transport than before it shows others another face. */
    void attached() {
        if (shown == null || shown == session.transport()) {
            return;
        }
        for (Subscription each : session.subscriptions) {
            if (each.presence && each.presenceKnown) {
                enter(each).subscribe().with(members -> {}, failure -> session.home()
                        .later(() -> unknown(each)));
            }
        }
    }

    private void look() {
        if (!session.mailbox.hasRoom()) {
            return;
        }
        isUnknown = false;
        for (Subscription each : session.subscriptions) {
            if (each.presence && !each.presenceKnown && each.isTold()) {
                look(each);
            }
        }
    }

    private void look(Subscription subscription) {
        long asking = ++subscription.presenceTicket;
        enter(subscription)
                .subscribe()
                .with(
                        members -> session.home().later(() -> present(subscription, asking, members)),
                        // The next look tries again.
                        failure -> session.home().later(() -> isUnknown = true));
    }

    private Uni<List<Member>> enter(Subscription subscription) {
        shown = session.transport();
        Member member = new Member(
                session.client().clientId(), session.client().info(), shown, Instant.ofEpochMilli(session.now()));
        return session.broker().enter(subscription.channel, session.id(), member);
    }

    private void present(Subscription subscription, long asked, List<Member> members) {
        if (session.isOver() || !session.subscriptions.holds(subscription)) {
            return;
        }
        if (subscription.presenceTicket == asked && subscription.isTold()) {
            subscription.presenceKnown = true;
            say(
                    subscription,
                    new PresenceChange(subscription.channel, PresenceChange.Action.SYNC, members, session.now()));
            session.touchAndFlush();
        }
    }

    /** Somebody came or went. */
    void changed(Subscription subscription, PresenceChange change) {
        if (subscription.presence && subscription.presenceKnown && subscription.isTold()) {
            say(subscription, change);
            session.touch();
        }
    }

    private void say(Subscription subscription, PresenceChange change) {
        if (session.placing.offer(change) == Offered.OVERFLOW) {
            unknown(subscription);
        }
    }
}
