package dev.sluice.delivery.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way from the broker's home to one hub's: in order, and with one task under way at most, so that what comes close
 * together is handed over together and each session is flushed once for all of it.
 */
final class HubLink implements Runnable {
    private final Broker.Hub hub;
    /** Publications, and tasks that keep their place between them. */
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean under = new AtomicBoolean();

    HubLink(Broker.Hub hub) {
        this.hub = hub;
    }

    Broker.Hub hub() {
        return hub;
    }

    /** On the broker's home. */
    void add(Publication publication) {
        queue.add(publication);
    }

    /** The task runs on the hub's home. On the broker's home. */
    void add(Runnable task) {
        queue.add(task);
    }

    /** Sees to it that what was added gets there. */
    void handOver() {
        if (!queue.isEmpty() && under.compareAndSet(false, true)) {
            hub.home().later(this);
        }
    }

    @Override
    public void run() {
        under.set(false);
        List<Publication> together = new ArrayList<>();
        for (Object next = queue.poll(); next != null; next = queue.poll()) {
            if (next instanceof Publication publication) {
                together.add(publication);
                continue;
            }
            if (!together.isEmpty()) {
                hub.published(together);
                together = new ArrayList<>();
            }
            ((Runnable) next).run();
        }
        if (!together.isEmpty()) {
            hub.published(together);
        }
    }
}
