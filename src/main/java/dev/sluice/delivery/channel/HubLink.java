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
    /** Publications, receipts for them, and tasks that keep their place between them. */
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

    /** Run once what was added before was offered and sent. On the broker's home. */
    void receipt(Runnable done) {
        queue.add(new Receipt(done));
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
        Batch batch = new Batch();
        for (Object next = queue.poll(); next != null; next = queue.poll()) {
            if (next instanceof Publication publication) {
                batch.publications.add(publication);
            } else if (next instanceof Receipt receipt) {
                batch.receipts.add(receipt.done);
            } else {
                batch.handOver();
                batch = new Batch();
                ((Runnable) next).run();
            }
        }
        batch.handOver();
    }

    private record Receipt(Runnable done) {}

    /** What goes to the hub in one call. */
    private final class Batch {
        final List<Publication> publications = new ArrayList<>();
        final List<Runnable> receipts = new ArrayList<>(1);

        void handOver() {
            if (!publications.isEmpty() || !receipts.isEmpty()) {
                hub.published(publications, () -> receipts.forEach(Runnable::run));
            }
        }
    }
}
