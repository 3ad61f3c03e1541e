package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A channel as one hub sees it, with those who are subscribed there. On the hub's home. */
final class Topic {
    /** Few enough for a processor's own cache, many enough that the way there and back does not count. */
    private static final int SLICE = 32;

    final ChannelName channel;
    /** Whether the broker answered that it is joined. */
    boolean joined;
    /** Whether it was asked and has not answered. */
    boolean asked;

    String epoch = "";
    /** The last offset that was given out here. */
    long head;

    private @Nullable Subscription[] subscriptions = new Subscription[2];
    private int used;
    private int count;
    private int visiting;

    Topic(ChannelName channel) {
        this.channel = channel;
    }

    StreamPosition place() {
        return new StreamPosition(epoch, head);
    }

    boolean isEmpty() {
        return count == 0;
    }

    int size() {
        return count;
    }

    void add(Subscription subscription) {
        if (used == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, used * 2);
        }
        subscription.topic = this;
        subscription.slot = used;
        subscriptions[used++] = subscription;
        count++;
    }

    void remove(Subscription subscription) {
        if (subscription.topic != this) {
            return;
        }
        subscription.topic = null;
        count--;
        subscriptions[subscription.slot] = null;
        if (visiting == 0) {
            fill(subscription.slot);
        }
    }

    /** Puts the last one into an empty slot. */
    private void fill(int slot) {
        Subscription last = subscriptions[--used];
        subscriptions[used] = null;
        if (last != null && slot != used) {
            subscriptions[slot] = last;
            last.slot = slot;
        }
    }

    /** Offers to everybody. A subscriber may come or go meanwhile: who goes hears nothing more. */
    void offer(Publication publication) {
        visiting++;
        try {
            int end = used;
            for (int i = 0; i < end; i++) {
                Subscription subscription = subscriptions[i];
                if (subscription != null) {
                    subscription.offer(publication);
                }
            }
        } finally {
            visited();
        }
    }

    /**
     * Offers several to everybody, in order, a slice of the subscribers after the other.
     *
     * @param sliceDone run after each slice
     * @return the first failure of that, if any; the others get theirs all the same
     */
    @Nullable
    RuntimeException offer(List<Publication> publications, Runnable sliceDone) {
        RuntimeException first = null;
        visiting++;
        try {
            int end = used;
            for (int from = 0; from < end; from += SLICE) {
                for (int i = from; i < Math.min(end, from + SLICE); i++) {
                    offer(subscriptions[i], publications);
                }
                try {
                    sliceDone.run();
                } catch (RuntimeException e) {
                    first = first == null ? e : first;
                }
            }
        } finally {
            visited();
        }
        return first;
    }

    private static void offer(@Nullable Subscription subscription, List<Publication> publications) {
        if (subscription != null) {
            for (int i = 0; i < publications.size(); i++) {
                subscription.offer(publications.get(i));
            }
        }
    }

    void forEach(Consumer<Subscription> visitor) {
        visiting++;
        try {
            int end = used;
            for (int i = 0; i < end; i++) {
                Subscription subscription = subscriptions[i];
                if (subscription != null) {
                    visitor.accept(subscription);
                }
            }
        } finally {
            visited();
        }
    }

    private void visited() {
        if (--visiting > 0 || used == count) {
            return;
        }
        int to = 0;
        for (int from = 0; from < used; from++) {
            Subscription subscription = subscriptions[from];
            if (subscription != null) {
                subscriptions[from] = null;
                subscriptions[to] = subscription;
                subscription.slot = to++;
            }
        }
        used = to;
    }
}
