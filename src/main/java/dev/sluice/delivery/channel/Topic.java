package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A channel as one hub sees it, with those who are subscribed there. On the hub's home. */
final class Topic {
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
