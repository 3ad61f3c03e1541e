package dev.sluice.rollout.control;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets asynchronous work through one at a time, in the order of subscription, on whatever thread the one before ended.
 * The work must end by itself: nothing else opens the way for the next.
 */
final class Turnstile {
    /** Far more than operators type in the ten seconds that a save may take. */
    private static final int MAX_WAITING = 256;

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean taken;

    /** The result of {@code work}, which starts when everything before it has ended. */
    <T> Uni<T> pass(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            if (length.incrementAndGet() > MAX_WAITING) {
                length.decrementAndGet();
                emitter.fail(SluiceException.retryLater(ProblemCode.STORE_UNAVAILABLE, Duration.ofSeconds(5)));
                return;
            }
            waiting.add(() -> Uni.createFrom()
                    .<T>deferred(work::get)
                    .subscribe()
                    .with(
                            item -> {
                                leave();
                                emitter.complete(item);
                            },
                            failure -> {
                                leave();
                                emitter.fail(failure);
                            }));
            next();
        });
    }

    private void leave() {
        length.decrementAndGet();
        taken = false;
        next();
    }

    /**
     * One thread at a time starts what waits, in a loop: work that ends at once must not start the next one from
     * within, or a busy queue would grow the stack without end.
     */
    private void next() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            startWhileFree();
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void startWhileFree() {
        while (!taken) {
            Runnable work = waiting.poll();
            if (work == null) {
                return;
            }
            taken = true;
            work.run();
        }
    }
}
