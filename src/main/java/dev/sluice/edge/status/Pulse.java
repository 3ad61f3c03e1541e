package dev.sluice.edge.status;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether something answers. It is asked one question at a time, however many want to know, and a yes holds for a
 * moment; what does not answer in time is not there. Any thread; never blocks.
 */
public final class Pulse {
    /** Whoever asks more often than that is told the same. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    /** Below the timeout of any probe: a page that says 503 is worth more than one that is late. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A question that was lost must not be waited for for ever. */
    private static final long LOST_NANOS = Duration.ofSeconds(15).toNanos();

    private final Supplier<? extends Uni<?>> question;
    private final LongSupplier nanos;
    private final AtomicReference<@Nullable Asked> latest = new AtomicReference<>();

    private record Asked(long at, CompletableFuture<Boolean> answer) {}

    /**
     * @param question answered with anything by what is there; any failure says that it is not
     * @param nanos time that only goes on, as {@link System#nanoTime}
     */
    public Pulse(Supplier<? extends Uni<?>> question, LongSupplier nanos) {
        this.question = question;
        this.nanos = nanos;
    }

    /** Answers within {@link #PATIENCE}, on any thread; never fails. */
    Uni<Boolean> beats() {
        long now = nanos.getAsLong();
        Asked asked = latest.get();
        if (asked == null || isOld(asked, now)) {
            Asked fresh = new Asked(now, new CompletableFuture<>());
            if (latest.compareAndSet(asked, fresh)) {
                ask(fresh.answer);
                asked = fresh;
            } else {
                asked = Objects.requireNonNull(latest.get());
            }
        }
        return inTime(asked, now);
    }

    /** A yes holds for a moment; after a no everybody wants to know whether it is back. */
    private static boolean isOld(Asked asked, long now) {
        if (!asked.answer.isDone()) {
            return now - asked.at > LOST_NANOS;
        }
        return !asked.answer.getNow(false) || now - asked.at > FRESH_NANOS;
    }

    private void ask(CompletableFuture<Boolean> answer) {
        try {
            question.get().subscribe().with(there -> answer.complete(true), failure -> answer.complete(false));
        } catch (RuntimeException failure) {
            answer.complete(false);
        }
    }

    private static Uni<Boolean> inTime(Asked asked, long now) {
        // A copy: who gives up must not take the answer from the others.
        Uni<Boolean> answer = Uni.createFrom().completionStage(asked.answer.copy());
        if (asked.answer.isDone()) {
            return answer;
        }
        Duration left = PATIENCE.minusNanos(now - asked.at);
        return left.isNegative() || left.isZero()
                ? Uni.createFrom().item(false)
                : answer.ifNoItem().after(left).recoverWithItem(false);
    }
}
