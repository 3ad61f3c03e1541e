package dev.sluice.delivery.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way from the broker's home to one hub's: in order, and with one task under way at most, so that what comes close
 * together is handed over together and each session is flushed once for all of it.
 */
final class HubLink implements Runnable {
    /**
     * How far the hub may be behind before publishers wait for it. Up to there they go on, and what they publish while
     * it is busy reaches each subscriber with one write.
     */
    private static final int PATIENCE = 64;

    private static final long PATIENCE_BYTES = 256 << 10;

    private final Broker.Hub hub;
    /** Publications, and tasks that keep their place between them. */
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean under = new AtomicBoolean();
    /** Publications that were added and not offered to everybody there so far. */
    private final AtomicInteger behind = new AtomicInteger();

    private final AtomicLong behindBytes = new AtomicLong();

    HubLink(Broker.Hub hub) {
        this.hub = hub;
    }

    Broker.Hub hub() {
        return hub;
    }

    /** On the broker's home. */
    void add(Publication publication) {
        behind.incrementAndGet();
        behindBytes.addAndGet(publication.bytes());
        queue.add(publication);
    }

    /** The task runs on the hub's home. On the broker's home. */
    void add(Runnable task) {
        queue.add(task);
    }

    /** Whether the hub is so far behind that who publishes more has to wait for it. Any thread. */
    boolean isClogged() {
        return behind.get() > PATIENCE || behindBytes.get() > PATIENCE_BYTES;
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
                offer(together);
                together = new ArrayList<>();
            }
            ((Runnable) next).run();
        }
        if (!together.isEmpty()) {
            offer(together);
        }
    }

    private void offer(List<Publication> together) {
        try {
            hub.published(together);
        } finally {
            behind.addAndGet(-together.size());
            long bytes = 0;
            for (Publication publication : together) {
                bytes += publication.bytes();
            }
            behindBytes.addAndGet(-bytes);
        }
    }
}
