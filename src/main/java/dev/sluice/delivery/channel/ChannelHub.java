package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.Home;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One home's share of all channels. What comes close together is offered to every subscriber first; then each session
 * that got something is flushed once. On its home.
 */
final class ChannelHub implements Broker.Hub {
    private final Home home;
    private final Broker broker;
    private final MemoryBudget budget;
    private final int perTurn;
    private final Map<ChannelName, Topic> topics = new HashMap<>();
    private final Deque<ChannelSession> touched = new ArrayDeque<>();
    private Watermark mark = Watermark.NONE;
    private final Runnable onShort;
    private boolean flushing;
    /** Whether there is more to flush, in the next turn. */
    private boolean goesOn;
    /** Who wants to know when there is no more. */
    private final List<Runnable> waiting = new ArrayList<>();

    private boolean relieving;

    /**
     * @param perTurn sessions that are sent something before others on the home have their turn
     * @param onShort run on the home, soon after the node's budget was passed
     */
    ChannelHub(Home home, Broker broker, MemoryBudget budget, int perTurn, Runnable onShort) {
        this.home = home;
        this.broker = broker;
        this.budget = budget;
        this.perTurn = perTurn;
        this.onShort = onShort;
    }

    @Override
    public Home home() {
        return home;
    }

    /** Everything of the joined channels up to there was offered to everybody here. */
    Watermark mark() {
        return mark;
    }

    // ---- those who are subscribed

    /** Answered by the session's {@code joined}, at once where the channel is joined already. */
    void subscribe(Subscription subscription) {
        Topic topic = topics.computeIfAbsent(subscription.channel, Topic::new);
        topic.add(subscription);
        if (topic.joined) {
            subscription.joined(topic.place());
        } else {
            ask(topic);
        }
    }

    private void ask(Topic topic) {
        if (!topic.asked) {
            topic.asked = true;
            broker.join(topic.channel, this);
        }
    }

    void unsubscribe(Subscription subscription) {
        Topic topic = subscription.topic;
        if (topic == null) {
            return;
        }
        topic.remove(subscription);
        if (topic.isEmpty()) {
            topics.remove(topic.channel, topic);
            broker.leave(topic.channel, this);
        }
    }

    /** Asks again for what was refused. */
    void tick() {
        for (Topic topic : List.copyOf(topics.values())) {
            if (!topic.joined) {
                ask(topic);
            }
        }
    }

    // ---- what the broker says

    @Override
    public void joined(ChannelName channel, StreamPosition head, Watermark at) {
        mark = mark.max(at);
        Topic topic = topics.get(channel);
        if (topic == null) {
            return;
        }
        boolean again = topic.joined;
        boolean missed = again && (!topic.epoch.equals(head.epoch()) || topic.head != head.offset());
        topic.asked = false;
        topic.joined = true;
        topic.epoch = head.epoch();
        topic.head = head.offset();
        if (!again) {
            topic.forEach(each -> each.joined(head));
        } else if (missed) {
            topic.forEach(each -> each.missedUpTo(head));
        }
        flush();
    }

    @Override
    public void refused(ChannelName channel, Throwable why) {
        Topic topic = topics.get(channel);
        if (topic != null && !topic.joined) {
            topic.asked = false;
            topic.forEach(each -> each.refused(why));
            flush();
        }
    }

    @Override
    public void published(List<Publication> publications, Runnable done) {
        Topic topic =
                publications.isEmpty() ? null : topics.get(publications.get(0).channel());
        try {
            if (topic != null && fitsNow(topic) && areOf(topic, publications)) {
                offerInSlices(topic, publications);
            } else {
                publications.forEach(this::offer);
            }
        } finally {
            waiting.add(done);
            flush();
        }
    }

    private boolean fitsNow(Topic topic) {
        return topic.joined && topic.size() <= perTurn && !goesOn;
    }

    private static boolean areOf(Topic topic, List<Publication> publications) {
        for (Publication publication : publications) {
            if (!publication.channel().equals(topic.channel)) {
                return false;
            }
        }
        return true;
    }

    private void offer(Publication publication) {
        Topic topic = topics.get(publication.channel());
        if (topic != null && topic.joined && publication.offset() > topic.head) {
            topic.head = publication.offset();
            topic.offer(publication);
        }
        mark = mark.max(publication.mark());
    }

    /**
     * The same for publications of one channel, which are flushed to a few subscribers before they are offered to the
     * next: what a session was offered is still at hand in the processor then. The mark rises when everybody has them,
     * since it is said to any session.
     */
    private void offerInSlices(Topic topic, List<Publication> publications) {
        List<Publication> news = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            if (publication.offset() > topic.head) {
                topic.head = publication.offset();
                news.add(publication);
            }
        }
        RuntimeException failure = topic.offer(news, this::flush);
        mark = mark.max(publications.get(publications.size() - 1).mark());
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void presence(PresenceChange change) {
        Topic topic = topics.get(change.channel());
        if (topic != null) {
            topic.forEach(each -> each.presence(change));
            flush();
        }
    }

    // ---- sessions that got something

    void touch(ChannelSession session) {
        touched.add(session);
    }

    /** Sends what sessions got, and counts it against the node's budget; what takes longer goes on in further turns. */
    void flush() {
        if (!flushing && !goesOn) {
            turn();
        }
    }

    /** The same for one that is not to wait for the others: what it was told may be the last before it closes. */
    void flush(ChannelSession session) {
        if (goesOn && !flushing) {
            count(session.flushed());
        } else {
            flush();
        }
    }

    /** What is offered between two turns goes out with what a session is still to be sent. */
    private void turn() {
        goesOn = false;
        flushing = true;
        RuntimeException first = null;
        long bytes = 0;
        int left = perTurn;
        // A flush may touch further sessions.
        for (ChannelSession next = touched.poll(); next != null; next = --left > 0 ? touched.poll() : null) {
            try {
                bytes += next.flushed();
            } catch (RuntimeException e) {
                // The session dealt with it; the others are not to suffer, and it is not to go unseen.
                first = first == null ? e : first;
            }
        }
        flushing = false;
        goesOn = !touched.isEmpty();
        count(bytes);
        if (goesOn) {
            home.nextTurn(this::turn);
        } else {
            tellWaiting();
        }
        if (first != null) {
            throw first;
        }
    }

    /** Everything that was published is with everybody. */
    private void tellWaiting() {
        if (!waiting.isEmpty()) {
            List<Runnable> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Runnable::run);
        }
    }

    /** Bytes that a session let go of, or took on, outside a flush. */
    void count(long bytes) {
        if (bytes == 0) {
            return;
        }
        budget.add(bytes);
        if (bytes > 0 && !relieving && !budget.fits(0)) {
            relieving = true;
            home.later(() -> {
                relieving = false;
                onShort.run();
            });
        }
    }
}
