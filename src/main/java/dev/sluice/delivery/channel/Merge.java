package dev.sluice.delivery.channel;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of a session filled together, in the order of the broker's positions, so that the session's cursor
 * stays one mark: nothing is offered before it is known what is next of each of them. On the session's home.
 */
final class Merge {
    private static final int PAGES = 512;

    private final ChannelSession session;
    private final Replay replay;
    /** Those of which a page has to be read before it can be told what is next. */
    private final Set<Subscription> hungry = new LinkedHashSet<>(0);

    private final PriorityQueue<Subscription> ready = new PriorityQueue<>(
            1, Comparator.comparingLong(each -> each.firstRead().position()));
    /**
     * The one that the cursor's mark does not hold for: behind the mark, until it has reached it, or ahead of it, until the
     * others have.
     */
    private @Nullable Subscription exception;

    private Watermark reached = Watermark.NONE;
    private int members;

    Merge(ChannelSession session, Replay replay) {
        this.session = session;
        this.replay = replay;
    }

    /** Begins with all of these but those that are still being joined, each from where it is. */
    void start(Iterable<Subscription> all, Place tail) {
        reached = tail.mark;
        for (Subscription each : all) {
            if (each.state == Subscription.State.JOINING) {
                continue;
            }
            each.state = Subscription.State.CATCHING;
            each.dropRead();
            if (each.number == tail.subscription) {
                exception = each;
            }
            members++;
            if (each.topic != null) {
                each.noted = Math.max(each.noted, each.topic.head);
            }
            if (each.untold || !each.isCaughtUp()) {
                hungry.add(each);
            }
        }
    }

    void forget(Subscription subscription) {
        if (exception == subscription) {
            exception = null;
        }
        if (hungry.remove(subscription) | ready.remove(subscription)) {
            members--;
        }
    }

    /** A live publication came for one that catches up; whether that may let things go on. */
    boolean missed(Subscription subscription, Publication publication) {
        if (hungry.contains(subscription) || subscription.state != Subscription.State.CATCHING) {
            return false;
        }
        boolean first = subscription.read == null || subscription.read.isEmpty();
        boolean fits = session.isAttached()
                && publication.offset() == subscription.readUpTo() + 1
                && (first || Replay.read(subscription).size() < Math.max(8, PAGES / Math.max(1, members)));
        if (fits) {
            Replay.read(subscription).addLast(publication);
            if (first) {
                ready.add(subscription);
            }
        } else if (first) {
            hungry.add(subscription);
        }
        return true;
    }

    // ---- going on

    boolean isDone() {
        return hungry.isEmpty() && ready.isEmpty();
    }

    /** Goes on as far as there is room and what is next is known; whether anything was offered, or may be by now. */
    boolean step() {
        boolean offered = false;
        while (true) {
            if (!hungry.isEmpty()) {
                if (!askAll()) {
                    return offered;
                }
            } else if (ready.isEmpty()) {
                return true;
            } else if (session.mailbox.hasRoom()) {
                offered |= offerLowest();
            } else {
                return offered;
            }
        }
    }

    /** Whether anything was asked for: its answer may be here by now. */
    private boolean askAll() {
        boolean asked = false;
        int limit = Math.max(8, Math.min(CatchUp.PAGE, PAGES / Math.max(1, members)));
        for (Subscription each : List.copyOf(hungry)) {
            asked |= replay.ask(each, limit);
        }
        return asked;
    }

    private boolean offerLowest() {
        Subscription alone = exceptionThatIsBehind();
        Subscription lowest = alone == null ? ready.remove() : alone;
        ArrayDeque<Publication> pages = Replay.read(lowest);
        Publication next = pages.removeFirst();
        if (!pages.isEmpty()) {
            ready.add(lowest);
        } else if (next.offset() < lowest.noted) {
            hungry.add(lowest);
        }
        if (alone != null) {
            return replay.offerAlone(lowest, next);
        }
        if (lowest == exception) {
            // All the others have what was before that, and so the mark holds for it as well.
            exception = null;
        }
        return replay.offerByMark(lowest, next, exception != null);
    }

    /** The one that catches up by itself, as long as it is behind the others. */
    private @Nullable Subscription exceptionThatIsBehind() {
        Subscription behind = exception;
        if (behind == null) {
            return null;
        }
        boolean alone = behind.read != null
                && !behind.read.isEmpty()
                && behind.firstRead().position() <= reached.of(behind.policy.durable());
        if (!alone) {
            return null;
        }
        ready.remove(behind);
        return behind;
    }

    /** A page came. */
    void wasRead(Subscription subscription) {
        if (!hungry.contains(subscription)) {
            return;
        }
        if (subscription.read != null && !subscription.read.isEmpty()) {
            hungry.remove(subscription);
            ready.add(subscription);
        } else if (subscription.isCaughtUp()) {
            hungry.remove(subscription);
        }
    }

    /** What was asked for and did not come is asked for again. */
    void askAgain() {
        hungry.forEach(each -> each.asked = false);
    }
}
