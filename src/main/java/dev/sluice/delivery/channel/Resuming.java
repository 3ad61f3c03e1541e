package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Resume;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a session goes on from where its client is: with what the mailbox holds behind that place, else by filling every
 * subscription from there out of the histories, for a new connection as for a session made again from its record. A
 * place that was never given out is lost, and changes nothing. On the session's home.
 */
final class Resuming {
    private final ChannelSession session;

    Resuming(ChannelSession session) {
        this.session = session;
    }

    /** As {@link ChannelSession#attach(Connection, ResumeAt)} says. */
    AttachResult attach(Connection fresh, ResumeAt from) {
        if (session.isOver() || session.unrepeatable.isLostTo(from.cursor())) {
            return AttachResult.LOST;
        }
        if (!fresh.owner().equals(session.client().owner())) {
            return AttachResult.FORBIDDEN;
        }
        return switch (from.kind()) {
            case AFTER -> attachAfter(fresh, Objects.requireNonNull(from.cursor()));
            case LAST_ACKNOWLEDGED -> {
                SessionCursor acknowledged = session.mailbox.acknowledgedCursor(session.epoch());
                yield session.mailbox.holdsAfter(acknowledged.seq())
                        ? session.attach(fresh, resumeAfter(acknowledged), acknowledged)
                        : rebuild(fresh, acknowledged);
            }
            case CONTINUE -> {
                SessionCursor sent = session.mailbox.sentCursor(session.epoch());
                yield session.mailbox.zones().holdsAfter(sent.seq())
                        ? session.attach(fresh, Resume.CONTINUE, sent)
                        : rebuild(fresh, sent);
            }
        };
    }

    private AttachResult attachAfter(Connection fresh, SessionCursor cursor) {
        if (!cursor.epoch().equals(session.epoch())) {
            return session.isOwn(cursor) ? rebuild(fresh, cursor) : AttachResult.LOST;
        }
        if (cursor.seq() > session.mailbox.highestSent()) {
            return AttachResult.LOST;
        }
        if (session.mailbox.holdsAfter(cursor.seq())) {
            return session.attach(fresh, resumeAfter(cursor), cursor);
        }
        return rebuild(fresh, cursor);
    }

    private Resume resumeAfter(SessionCursor cursor) {
        return Resume.after(session.mailbox.heldFrom(cursor.seq()));
    }

    /** Every subscription goes on from its own place behind that cursor, out of the histories. */
    private AttachResult rebuild(Connection fresh, SessionCursor from) {
        boolean thisLife = from.epoch().equals(session.epoch());
        if (thisLife && session.mailbox.isLostTo(from.seq())) {
            return AttachResult.LOST;
        }
        session.ports().channels().fellBehind();
        SessionCursor begin = thisLife ? from : inThisLife(from);
        List<Message> replies = session.mailbox.restart(begin, thisLife ? from.seq() : -1);
        session.placing.endsWith(begin.subscription());
        List<Subscription> again = new ArrayList<>();
        for (Subscription each : session.subscriptions) {
            if (each.state != Subscription.State.JOINING) {
                each.standsAsAt(thisLife ? from.seq() : -1);
                boolean knows = !thisLife || each.answeredAt <= from.seq();
                each.untold |= !thisLife || each.toldAt > from.seq();
                if (!knows) {
                    // Positions begin anew: none of them stands for an answer that is still to come.
                    each.answeredAt = Long.MAX_VALUE;
                }
                beginAt(each, from, knows, thisLife);
                each.presenceKnown = false;
                if (!knows && each.bySince) {
                    each.state = Subscription.State.JOINING;
                    each.dropRead();
                    again.add(each);
                }
            }
        }
        List<Subscribed> stale = new ArrayList<>();
        for (Message reply : replies) {
            if (!session.subscriptions.isSaidAnew(reply) && !session.requests.goesStale(reply, stale)) {
                session.mailbox.offerAgain(reply);
            }
        }
        long end = session.mailbox.nextPosition() - 1;
        if (session.unrepeatable.movedFrom(thisLife ? from.seq() : -1, end) || session.subscriptions.hasLossToTell()) {
            session.storage.saveBeforeSending();
        }
        session.mailbox.stays(from);
        session.catchUp.startAll(session.subscriptions, session.mailbox.tail());
        // Before what asks about the same channels already: it is the older request.
        again.forEach(session.requests::answerAgain);
        session.requests.askAgain(stale);
        return session.attach(fresh, Resume.CONTINUE, from);
    }

    /** A place of an earlier life, as cursors of this one begin: volatile channels are numbered anew since. */
    private SessionCursor inThisLife(SessionCursor from) {
        Watermark mark = new Watermark(0, from.mark().durablePosition());
        Subscription exception = session.subscriptions.numbered(from.subscription());
        return exception != null && exception.policy.durable()
                ? new SessionCursor(from.epoch(), from.seq(), mark, from.subscription(), from.offset())
                : new SessionCursor(from.epoch(), from.seq(), mark, SessionCursor.NONE, 0);
    }

    /** Where a subscription goes on: behind an offset of an epoch, or, where only that is known, behind a mark. */
    private record Beginning(StreamPosition place, @Nullable Watermark mark) {}

    private static Beginning beginning(Subscription each, SessionCursor from, boolean knows, boolean thisLife) {
        boolean volatileMarkHolds = thisLife || each.policy.durable();
        if (!knows || !volatileMarkHolds) {
            return new Beginning(each.began, null);
        }
        if (each.number == from.subscription()) {
            // It may have been told meanwhile that it goes on further up.
            long offset = Math.max(from.offset(), each.began.offset());
            return new Beginning(new StreamPosition(each.epoch, offset), null);
        }
        return new Beginning(new StreamPosition(each.epoch, each.next - 1), from.mark());
    }

    private static void beginAt(Subscription each, SessionCursor from, boolean knows, boolean thisLife) {
        Beginning at = beginning(each, from, knows, thisLife);
        each.epoch = at.place().epoch();
        each.next = at.place().offset() + 1;
        each.beginsAfter = at.mark();
    }

    // ---- whether it would be whole

    /** As {@link ChannelSession#coversAll} says. */
    Uni<Boolean> coversAll(ResumeAt from) {
        SessionCursor cursor =
                switch (from.kind()) {
                    case AFTER -> Objects.requireNonNull(from.cursor());
                    case LAST_ACKNOWLEDGED -> session.mailbox.acknowledgedCursor(session.epoch());
                    case CONTINUE -> session.mailbox.sentCursor(session.epoch());
                };
        boolean thisLife = cursor.epoch().equals(session.epoch());
        if (session.isOver() || !session.isOwn(cursor) || thisLife && cursor.seq() > session.mailbox.highestSent()) {
            return Uni.createFrom().item(false);
        }
        boolean held = thisLife && session.mailbox.holdsAfter(cursor.seq());
        if (session.unrepeatable.isLostTo(from.cursor())
                || !held && session.mailbox.hasDroppedRepliesAfter(cursor.seq())) {
            return Uni.createFrom().item(false);
        }
        List<Uni<Boolean>> all = new ArrayList<>();
        for (Subscription each : session.subscriptions) {
            if (each.state == Subscription.State.JOINING) {
                continue;
            }
            boolean unread = !thisLife || each.toldAt > cursor.seq();
            if (unread && each.answer instanceof Subscribed told && !told.recovered()) {
                // What waits for it there says that something is missing.
                return Uni.createFrom().item(false);
            }
            if (!held) {
                boolean knows = !thisLife || each.answeredAt <= cursor.seq();
                all.add(reachesBack(each, beginning(each, cursor, knows, thisLife)));
            } else if (each.untold || !each.isCaughtUp()) {
                all.add(reachesBack(
                        each, new Beginning(new StreamPosition(each.epoch, each.next - 1), each.beginsAfter)));
            }
        }
        if (all.isEmpty()) {
            return Uni.createFrom().item(true);
        }
        return Uni.combine()
                .all()
                .<Boolean>unis(all)
                .with(Boolean.class, answers -> !answers.contains(false))
                .onFailure()
                .recoverWithItem(false)
                .emitOn(session.home()::later);
    }

    private Uni<Boolean> reachesBack(Subscription each, Beginning at) {
        Watermark mark = at.mark();
        return mark == null
                ? session.broker()
                        .history(each.channel, at.place().offset(), 1)
                        .map(page -> !page.lost()
                                && page.head().epoch().equals(at.place().epoch()))
                : session.broker()
                        .historyAfter(each.channel, mark, 1)
                        .map(page -> Replay.beginsBehind(each, page) != HistoryPage.UNKNOWN);
    }

    /** Takes up what is stored; the first attach fills it. */
    void restore(SessionRecord stored) {
        SessionCursor acknowledged = SessionCursor.parse(stored.acknowledged());
        session.unrepeatable.restore(stored.unrepeatable());
        session.subscriptions.numbersFrom(stored.nextSubscription());
        for (SessionRecord.Stored each : stored.subscriptions()) {
            beginAt(session.subscriptions.addAgain(each), acknowledged, true, false);
        }
        SessionCursor begin = inThisLife(acknowledged);
        session.mailbox.begin(begin);
        session.catchUp.startAll(session.subscriptions, session.mailbox.tail());
        session.placing.endsWith(begin.subscription());
        session.storage.restored();
        session.subscriptions.copy().forEach(session.hub::subscribe);
    }
}
