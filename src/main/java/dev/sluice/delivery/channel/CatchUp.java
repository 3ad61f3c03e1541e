package dev.sluice.delivery.channel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fills a session from histories: one subscription that begins in the past, or all of them after the mailbox lost what
 * it held. Pages are pulled while the unsent zone has room, so replay is never slow consumption.
 *
 * <p>One subscription alone is the exception in the session's cursor, and the others stay live. All together are merged
 * in the order of the broker's positions, so that the cursor stays one mark. On the session's home.
 */
final class CatchUp {
    static final int PAGE = 64;
    private static final int PAGES = 512;

    private enum Mode {
        IDLE,
        ONE,
        ALL
    }

    private final ChannelSession session;
    private final ArrayDeque<Ask> asks = new ArrayDeque<>(0);
    private Mode mode = Mode.IDLE;
    private boolean pumping;
    private long failingSince;

    // ---- one alone
    private @Nullable Subscription one;
    /** Set until it is answered. */
    private @Nullable Ask asking;

    // ---- all together
    /** Those of which a page has to be read before it can be told what is next. */
    private final Set<Subscription> hungry = new LinkedHashSet<>(0);

    private final PriorityQueue<Subscription> ready = new PriorityQueue<>(
            1, Comparator.comparingLong(each -> each.firstRead().position()));
    /** The one that the cursor's mark does not hold for, until it has reached that mark. */
    private @Nullable Subscription exception;

    private Watermark reached = Watermark.NONE;
    private int members;

    CatchUp(ChannelSession session) {
        this.session = session;
    }

    boolean isIdle() {
        return mode == Mode.IDLE;
    }

    /** Whether that subscription is the exception for good reason. */
    boolean isException(int number) {
        return mode == Mode.ALL || mode == Mode.ONE && asking == null && one != null && one.number == number;
    }

    int waiting() {
        return asks.size();
    }

    // ---- requests

    void add(Ask ask) {
        asks.addLast(ask);
        pump();
    }

    /** It goes before all that wait, when things go on. */
    void putFirst(Ask ask) {
        asks.addFirst(ask);
    }

    /** It goes behind all that wait, when things go on. */
    void putLast(Ask ask) {
        asks.addLast(ask);
    }

    /** Begins what may begin; of one channel in order. */
    private boolean beginNext() {
        Set<Subscription> passed = new LinkedHashSet<>();
        for (Ask ask : asks) {
            session.storesFirstIfKept(ask);
            boolean free = ask.isAlone() ? mode == Mode.IDLE : mode != Mode.ALL && one != ask.subscription;
            boolean busy = ask.subscription.firstAsk != null || ask.subscription.storing;
            if (free && !busy && !passed.contains(ask.subscription)) {
                asks.remove(ask);
                if (ask.isAlone()) {
                    mode = Mode.ONE;
                    one = ask.subscription;
                    asking = ask;
                }
                session.begin(ask);
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
        if (ask.isAlone() ? asking == ask : mode != Mode.ALL) {
            return true;
        }
        if (!asks.contains(ask)) {
            asks.addFirst(ask);
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
            mode = Mode.IDLE;
            pump();
        }
    }

    /** The request that has its turn waits for a better time: it has to be answered some day. */
    void putBack(Ask ask) {
        if (asking == ask) {
            asking = null;
            one = null;
            mode = Mode.IDLE;
            asks.addFirst(ask);
            failing();
        }
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
            mode = Mode.IDLE;
        }
        if (exception == subscription) {
            exception = null;
        }
        if (hungry.remove(subscription) | ready.remove(subscription)) {
            members--;
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
            asks.addFirst(asking);
        }
        asking = null;
        one = null;
        mode = Mode.ALL;
        hungry.clear();
        ready.clear();
        exception = null;
        reached = tail.mark;
        members = 0;
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

    /** A live publication came for one that catches up. */
    void missed(Subscription subscription, Publication publication) {
        if (mode != Mode.ALL || hungry.contains(subscription) || subscription.state != Subscription.State.CATCHING) {
            return;
        }
        boolean first = subscription.read == null || subscription.read.isEmpty();
        boolean fits = session.isAttached()
                && publication.offset() == subscription.readUpTo() + 1
                && (first || read(subscription).size() < Math.max(8, PAGES / Math.max(1, members)));
        if (fits) {
            read(subscription).addLast(publication);
            if (first) {
                ready.add(subscription);
            }
        } else if (first) {
            hungry.add(subscription);
        }
        pump();
    }

    private static ArrayDeque<Publication> read(Subscription subscription) {
        ArrayDeque<Publication> read = subscription.read;
        if (read == null) {
            read = new ArrayDeque<>();
            subscription.read = read;
        }
        return read;
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
    }

    private boolean step() {
        if (session.isOver()) {
            return false;
        }
        if (!asks.isEmpty() && beginNext()) {
            return true;
        }
        if (mode == Mode.IDLE || asking != null) {
            return false;
        }
        return mode == Mode.ONE ? stepOne() : stepAll();
    }

    private boolean stepOne() {
        Subscription subscription = one;
        if (subscription == null) {
            mode = Mode.IDLE;
            return true;
        }
        if (subscription.isCaughtUp()) {
            subscription.state = Subscription.State.LIVE;
            subscription.read = null;
            one = null;
            mode = Mode.IDLE;
            return true;
        }
        if (!session.isAttached()) {
            return false;
        }
        boolean offered = false;
        while (subscription.read != null
                && !subscription.read.isEmpty()
                && session.mailbox().hasRoom()) {
            offered |= offer(subscription, subscription.read.removeFirst(), true);
        }
        if (subscription.read == null || subscription.read.isEmpty()) {
            if (subscription.isCaughtUp()) {
                return true;
            }
            return ask(subscription, PAGE) || offered;
        }
        return offered;
    }

    private boolean stepAll() {
        if (hungry.isEmpty() && ready.isEmpty()) {
            finishAll();
            return true;
        }
        if (!session.isAttached()) {
            return false;
        }
        boolean offered = false;
        while (true) {
            if (!hungry.isEmpty()) {
                if (!askAll()) {
                    return offered;
                }
            } else if (ready.isEmpty()) {
                return true;
            } else if (session.mailbox().hasRoom()) {
                offered |= offerLowest();
            } else {
                return offered;
            }
        }
    }

    /** Whether anything was asked for: its answer may be here by now. */
    private boolean askAll() {
        boolean asked = false;
        int limit = Math.max(8, Math.min(PAGE, PAGES / Math.max(1, members)));
        for (Subscription each : List.copyOf(hungry)) {
            asked |= ask(each, limit);
        }
        return asked;
    }

    private boolean offerLowest() {
        Subscription alone = exceptionThatIsBehind();
        Subscription lowest = alone == null ? ready.remove() : alone;
        ArrayDeque<Publication> pages = read(lowest);
        Publication next = pages.removeFirst();
        if (!pages.isEmpty()) {
            ready.add(lowest);
        } else if (next.offset() < lowest.noted) {
            hungry.add(lowest);
        }
        return offer(lowest, next, alone != null);
    }

    /** The one that catches up by itself, as long as it is behind the others; then it is no exception any more. */
    private @Nullable Subscription exceptionThatIsBehind() {
        Subscription behind = exception;
        if (behind == null) {
            return null;
        }
        boolean alone = behind.read != null
                && !behind.read.isEmpty()
                && behind.firstRead().position() <= reached.of(behind.policy.durable());
        if (!alone) {
            exception = null;
            return null;
        }
        ready.remove(behind);
        return behind;
    }

    /** @param alone whether the mark stays where it is, and this one subscription moves */
    private boolean offer(Subscription to, Publication publication, boolean alone) {
        to.next = publication.offset() + 1;
        if (!publication.isFor(session.id())) {
            return false;
        }
        session.replay(
                alone
                        ? new Placed(publication, Watermark.NONE, to.number, publication.offset())
                        : new Placed(
                                publication,
                                Watermark.of(to.policy.durable(), publication.position()),
                                SessionCursor.NONE,
                                0));
        return true;
    }

    private void finishAll() {
        mode = Mode.IDLE;
        exception = null;
        for (Subscription each : session.subscriptions()) {
            if (each.state == Subscription.State.CATCHING) {
                each.state = Subscription.State.LIVE;
                each.read = null;
            }
        }
        session.caughtUp();
    }

    // ---- pages

    private boolean ask(Subscription subscription, int limit) {
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
            session.lost(subscription, page.head());
        } else {
            tell(subscription, page);
        }
        take(subscription, page);
        session.wake();
        pump();
    }

    /** A page that was read by mark: where the subscription goes on is known from now on. */
    private void begins(Subscription subscription, HistoryPage page) {
        subscription.beginsAfter = null;
        long began = subscription.began.offset();
        boolean same = page.head().epoch().equals(subscription.began.epoch());
        // An empty channel gets its epoch with its first publication: nothing was before that.
        boolean wasEmpty = !same && subscription.policy.durable() && began == 0;
        long after = same ? Math.max(page.after(), began) : 0;
        if (!same && !wasEmpty || page.floor() > after + 1) {
            session.lost(subscription, page.head());
            return;
        }
        subscription.epoch = page.head().epoch();
        if (wasEmpty) {
            subscription.began = new StreamPosition(subscription.epoch, 0);
        }
        subscription.next = after + 1;
        tell(subscription, page);
    }

    private void tell(Subscription subscription, HistoryPage page) {
        if (subscription.untold) {
            session.tellAgain(subscription, page.head());
        }
    }

    private void take(Subscription subscription, HistoryPage page) {
        for (Publication publication : page.publications()) {
            if (publication.offset() == subscription.readUpTo() + 1) {
                read(subscription).addLast(publication);
            }
        }
        if (mode != Mode.ALL || !hungry.contains(subscription)) {
            return;
        }
        if (subscription.read != null && !subscription.read.isEmpty()) {
            hungry.remove(subscription);
            ready.add(subscription);
        } else if (subscription.isCaughtUp()) {
            hungry.remove(subscription);
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

    /** Tries again, and gives the connection up after too long. */
    void tick(long now, long patience) {
        if (isIdle() && asks.isEmpty()) {
            failingSince = 0;
            return;
        }
        if (failingSince != 0 && now - failingSince >= patience) {
            failingSince = 0;
            session.outOfReach();
            return;
        }
        if (failingSince != 0) {
            hungry.forEach(each -> each.asked = false);
            if (one != null) {
                one.asked = false;
            }
        }
        pump();
    }
}
