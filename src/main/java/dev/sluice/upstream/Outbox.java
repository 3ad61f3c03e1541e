package dev.sluice.upstream;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.upstream.OutboxStore;
import dev.sluice.delivery.upstream.OutboxStore.Entry;
import dev.sluice.delivery.upstream.OutboxStore.NewEntry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/**
 * What the application has yet to hear: stored first, then told in the order of each client, again and again with
 * growing pauses until it is heard or too old. One client's trouble holds up nobody else. Everything on one home.
 */
public final class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);
    private static final int BATCH = 200;
    private static final int DOUBLINGS = 10;

    private final OutboxStore store;
    private final Sender sender;
    private final Home home;
    private final Settings settings;
    private final InstantSource clock;
    private final UpstreamObserver observer;
    private final ArrayDeque<Waiting> unstored = new ArrayDeque<>();
    private final Set<Long> underWay = new HashSet<>();
    /** What was settled since the present look began: what it read of those is of before. */
    private final Set<Long> settledMeanwhile = new HashSet<>();

    private boolean storing;
    private boolean looking;
    private boolean lookAgain;
    private volatile int waiting;

    /**
     * @param retryFor how old an event may become before it is given up
     * @param first the pause after the first try; twice as long after each further one
     * @param most the longest pause
     * @param parallel tries under way at a time
     * @param maxUnstored events that may wait for the database; beyond it they are refused
     */
    public record Settings(Duration retryFor, Duration first, Duration most, int parallel, int maxUnstored) {}

    /** Tells the application once. Answers on any thread. */
    interface Sender {
        Uni<Delivery> tell(String event);
    }

    /** What became of one try. */
    enum Delivery {
        HEARD,
        /** The application says that it never wants that one. */
        REFUSED,
        /** Nobody is being asked at present: the try did not happen. */
        NOT_TRIED,
        FAILED
    }

    private record Waiting(NewEntry entry, UniEmitter<? super Void> stored) {}

    Outbox(
            OutboxStore store,
            Sender sender,
            Home home,
            Settings settings,
            InstantSource clock,
            UpstreamObserver observer) {
        this.store = store;
        this.sender = sender;
        this.home = home;
        this.settings = settings;
        this.clock = clock;
        this.observer = observer;
    }

    /**
     * Keeps an event. The item comes once it is stored; fails with {@code upstream-full} or {@code store-unavailable},
     * and is then not kept. Any thread.
     */
    Uni<Void> keep(NewEntry entry) {
        return Uni.createFrom()
                .emitter(emitter -> home.execute(() -> {
                    if (unstored.size() >= settings.maxUnstored()) {
                        observer.dropped();
                        emitter.fail(new SluiceException(ProblemCode.UPSTREAM_FULL));
                        return;
                    }
                    unstored.add(new Waiting(entry, emitter));
                    storeNext();
                }));
    }

    /** One append at a time, with whatever came meanwhile: order is the order of arrival. */
    private void storeNext() {
        if (storing || unstored.isEmpty()) {
            return;
        }
        List<Waiting> batch = new ArrayList<>();
        while (batch.size() < BATCH && !unstored.isEmpty()) {
            batch.add(unstored.poll());
        }
        storing = true;
        store.append(batch.stream().map(Waiting::entry).toList())
                .subscribe()
                .with(
                        done -> home.execute(() -> {
                            storing = false;
                            batch.forEach(one -> one.stored().complete(null));
                            storeNext();
                            look();
                        }),
                        failure -> home.execute(() -> {
                            storing = false;
                            batch.forEach(one -> {
                                observer.dropped();
                                one.stored().fail(failure);
                            });
                            storeNext();
                        }));
    }

    /** Looks for what may be told by now. Any thread; for a timer as well. */
    public void look() {
        home.execute(() -> {
            if (looking) {
                lookAgain = true;
                return;
            }
            int room = settings.parallel() - underWay.size();
            if (room <= 0) {
                return;
            }
            looking = true;
            lookAgain = false;
            store.due(clock.instant(), settings.parallel() + underWay.size())
                    .subscribe()
                    .with(
                            due -> home.execute(() -> {
                                looking = false;
                                due.stream()
                                        .filter(entry -> !settledMeanwhile.contains(entry.id()))
                                        .forEach(this::tell);
                                settledMeanwhile.clear();
                                if (lookAgain) {
                                    look();
                                }
                            }),
                            // The timer looks again.
                            failure -> home.execute(() -> {
                                looking = false;
                                settledMeanwhile.clear();
                            }));
        });
    }

    /** Counts what waits, for {@link #waiting}. Any thread. */
    public void count() {
        store.count().subscribe().with(count -> waiting = (int) Math.min(Integer.MAX_VALUE, count), failure -> {});
    }

    /** How many events the application had yet to hear when they were last counted. Any thread. */
    public int waiting() {
        return waiting;
    }

    private void tell(Entry entry) {
        if (underWay.size() >= settings.parallel() || !underWay.add(entry.id())) {
            return;
        }
        sender.tell(entry.event())
                .subscribe()
                .with(
                        delivery -> home.execute(() -> settle(entry, delivery)),
                        failure -> home.execute(() -> settle(entry, Delivery.FAILED)));
    }

    private void settle(Entry entry, Delivery delivery) {
        switch (delivery) {
            case HEARD -> {
                observer.told();
                remove(entry);
            }
            case REFUSED -> {
                observer.gaveUp();
                LOG.warn("the application refused an event for good");
                remove(entry);
            }
            case NOT_TRIED -> underWay.remove(entry.id());
            case FAILED -> failed(entry);
        }
    }

    private void failed(Entry entry) {
        Instant now = clock.instant();
        if (now.isAfter(entry.createdAt().plus(settings.retryFor()))) {
            observer.gaveUp();
            LOG.warnf("an event for the application was given up after %d tries", entry.attempts() + 1);
            remove(entry);
            return;
        }
        observer.retried();
        written(entry, store.postpone(entry.id(), entry.attempts() + 1, now.plus(pause(entry.attempts()))));
    }

    private Duration pause(int attempts) {
        Duration doubled = settings.first().multipliedBy(1L << Math.min(attempts, DOUBLINGS));
        long millis = Math.min(doubled.toMillis(), settings.most().toMillis());
        // Half to all of it, so that clients that failed together do not come back together.
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    private void remove(Entry entry) {
        written(entry, store.remove(List.of(entry.id())));
    }

    /** Where this cannot be written the event is told again: at least once, and its id says that it is the same. */
    private void written(Entry entry, Uni<Void> write) {
        write.subscribe()
                .with(
                        done -> home.execute(() -> {
                            underWay.remove(entry.id());
                            if (looking) {
                                settledMeanwhile.add(entry.id());
                            }
                            look();
                        }),
                        failure -> home.execute(() -> underWay.remove(entry.id())));
    }
}
