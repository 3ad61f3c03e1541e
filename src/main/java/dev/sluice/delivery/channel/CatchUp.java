package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills a session from histories: one subscription that begins in the past, or all of them after the mailbox lost what
 * it held. Pages are pulled while the unsent zone has room, so replay is never slow consumption.
 *
 * <p>Decides whose turn it is. One subscription alone is the exception in the session's cursor, and the others stay live;
 * all together are a {@link Merge}. On the session's home.
 */
final class CatchUp {
    static final int PAGE = 64;

    /** Of nearly everybody, nearly always; nothing is ever put here. */
    private static final Deque<Ask> NONE = new ArrayDeque<>(0);

    private final ChannelSession session;
    private final Replay replay;
    /** While all are filled together. */
    private @Nullable Merge merge;

    private Deque<Ask> asks = NONE;
    private boolean pumping;
    /** Told once, when there is nothing more to read. */
    private @Nullable Runnable waiting;

    // ---- one alone
    private @Nullable Subscription one;
    /** Set until it is answered. */
    private @Nullable Ask asking;

    CatchUp(ChannelSession session) {
        this.session = session;
        this.replay = new Replay(session);
    }

    boolean isIdle() {
        return one == null && merge == null;
    }

    /** Whether that subscription is the exception for good reason. */
    boolean isException(int number) {
        return merge != null || asking == null && one != null && one.number == number;
    }

    int waiting() {
        return asks.size();
    }

    /** Runs that once everything is read and offered, instead of what was to be run before; at once where it is. */
    void onceRead(Runnable task) {
        if (isRead()) {
            waiting = null;
            task.run();
        } else {
            waiting = task;
        }
    }

    private boolean isRead() {
        return isIdle() && asks.isEmpty();
    }

    /** Behind what is being sent: this comes from the midst of it. */
    private void tellIfRead() {
        Runnable told = waiting;
        if (told != null && isRead()) {
            waiting = null;
            session.home().later(told);
        }
    }

    // ---- requests

    private Deque<Ask> waitingAsks() {
        if (asks == NONE) {
            asks = new ArrayDeque<>(2);
        }
        return asks;
    }

    void add(Ask ask) {
        waitingAsks().addLast(ask);
        pump();
    }

    /** It goes before all that wait, when things go on. */
    void putFirst(Ask ask) {
        waitingAsks().addFirst(ask);
    }

    /** It goes behind all that wait, when things go on. */
    void putLast(Ask ask) {
        waitingAsks().addLast(ask);
    }

    /** Begins what may begin; of one channel in order. */
    private boolean beginNext() {
        Set<Subscription> passed = new LinkedHashSet<>();
        for (Ask ask : asks) {
            session.subscribing.storesFirstIfKept(ask);
            boolean free = ask.isAlone() ? isIdle() : merge == null && one != ask.subscription;
            boolean busy = ask.subscription.firstAsk != null
                    || ask.subscription.storing
                    || session.subscribing.isLeaving(ask.subscription.channel);
            if (free && !busy && !passed.contains(ask.subscription)) {
                asks.remove(ask);
                if (ask.isAlone()) {
                    one = ask.subscription;
                    asking = ask;
                }
                session.subscribing.begin(ask);
                return true;
            }
            passed.add(ask.subscription);
        }
        return false;
    }

    boolean isAsking(Ask ask) {
        return asking == ask;
    }

    /** Whether the request may be answered now; if not, it will have another turn. */
    boolean mayAnswer(Ask ask) {
        if (ask.isAlone() ? asking == ask : merge == null) {
            return true;
        }
        if (!asks.contains(ask)) {
            waitingAsks().addFirst(ask);
        }
        return false;
    }

    /** The request that has its turn is answered, and its subscription goes on from {@code next}. */
    void answered(Ask ask) {
        if (asking == ask) {
            asking = null;
            Subscription subscription = ask.subscription;
            subscription.state = Subscription.State.CATCHING;
            pump();
        }
    }

    /** The request that has its turn failed. */
    void gaveUp(Ask ask) {
        if (asking == ask) {
            asking = null;
            one = null;
            pump();
        }
    }

    /** The request that has its turn waits for a better time: it has to be answered some day. */
    void putBack(Ask ask) {
        if (asking == ask) {
            asking = null;
            one = null;
            waitingAsks().addFirst(ask);
            failing();
        }
    }

    /** Who waits to be answered again what was said so. */
    void forgetRepeat(@Nullable Message said) {
        asks.removeIf(ask -> said != null && ask.said == said);
    }

    /** What waits or has its turn for that subscription; it will not be answered here any more. */
    List<Ask> forget(Subscription subscription) {
        List<Ask> forgotten = new ArrayList<>();
        if (asking != null && asking.subscription == subscription) {
            forgotten.add(asking);
        }
        asks.removeIf(ask -> ask.subscription == subscription && forgotten.add(ask));
        if (one == subscription) {
            one = null;
            asking = null;
        }
        if (merge != null) {
            merge.forget(subscription);
        }
        subscription.dropRead();
        return forgotten;
    }

    // ---- all together

    /**
     * Fills all of these from where they are; what was read of them is forgotten. Whoever has its turn and is not
     * answered waits for it again.
     *
     * @param tail the place of a client that has everything the mailbox holds
     */
    void startAll(Iterable<Subscription> all, Place tail) {
        if (asking != null) {
            asking.subscription.dropRead();
            waitingAsks().addFirst(asking);
        }
        asking = null;
        one = null;
        merge = new Merge(session, replay);
        merge.start(all, tail);
    }

    /** A live publication came for one that catches up. */
    void missed(Subscription subscription, Publication publication) {
        if (merge != null && merge.missed(subscription, publication)) {
            pump();
        }
    }

    // ---- pulling

    /** Goes on as far as the mailbox has room and pages are there. Not re-entered: what is offered may be sent. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (step()) {
                session.wake();
            }
        } finally {
            pumping = false;
        }
        tellIfRead();
    }

    private boolean step() {
        if (session.isOver()) {
            return false;
        }
        if (!asks.isEmpty() && beginNext()) {
            return true;
        }
        if (asking != null) {
            return false;
        }
        if (merge != null) {
            return stepAll(merge);
        }
        return one != null && stepOne(one);
    }

    private boolean stepOne(Subscription subscription) {
        if (subscription.isCaughtUp()) {
            subscription.state = Subscription.State.LIVE;
            subscription.read = null;
            one = null;
            return true;
        }
        if (!session.isAttached()) {
            return false;
        }
        boolean offered = false;
        while (subscription.read != null && !subscription.read.isEmpty() && session.mailbox.hasRoom()) {
            offered |= replay.offerAlone(subscription, subscription.read.removeFirst());
        }
        if (subscription.read == null || subscription.read.isEmpty()) {
            if (subscription.isCaughtUp()) {
                return true;
            }
            return replay.ask(subscription, PAGE) || offered;
        }
        return offered;
    }

    private boolean stepAll(Merge all) {
        if (all.isDone()) {
            finishAll();
            return true;
        }
        return session.isAttached() && all.step();
    }

    private void finishAll() {
        merge = null;
        for (Subscription each : session.subscriptions) {
            if (each.state == Subscription.State.CATCHING) {
                each.state = Subscription.State.LIVE;
                each.read = null;
            }
        }
        session.presence.lookAgain();
    }

    // ---- what comes of it

    /** A page came. */
    void wasRead(Subscription subscription) {
        if (merge != null) {
            merge.wasRead(subscription);
        }
        session.wake();
        pump();
    }

    /** A history cannot be read, or a channel not be joined, at present. */
    void failing() {
        replay.failing();
    }

    /** Tries again, and gives the connection up after too long. */
    void tick(long now, long patience) {
        if (isIdle() && asks.isEmpty()) {
            replay.works();
            return;
        }
        if (replay.hasFailedFor(patience, now)) {
            replay.works();
            session.outOfReach();
            return;
        }
        if (replay.isFailing()) {
            if (merge != null) {
                merge.askAgain();
            }
            if (one != null) {
                one.asked = false;
            }
        }
        pump();
    }
}
