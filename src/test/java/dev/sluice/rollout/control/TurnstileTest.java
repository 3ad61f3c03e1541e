package dev.sluice.rollout.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnstileTest {
    private final Turnstile turnstile = new Turnstile();

    @Test
    void workThatThrowsLetsTheNextThrough() {
        Rig.run(turnstile.<String>pass(() -> {
                    throw new IllegalStateException("no");
                }))
                .assertFailed();

        assertThat(Rig.done(turnstile.pass(() -> Uni.createFrom().item("yes")))).isEqualTo("yes");
    }

    @Test
    void moreThanCanWaitIsRefusedAtOnce() {
        Rig.run(turnstile.pass(() -> Uni.createFrom().nothing()));
        for (int i = 1; i < 256; i++) {
            Rig.run(turnstile.pass(() -> Uni.createFrom().voidItem())).assertNotTerminated();
        }

        Rig.run(turnstile.pass(() -> Uni.createFrom().voidItem())).assertFailed();
    }

    @Test
    void oneAtATimeAndNoneForgottenFromManyThreads() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        List<Integer> seen = new ArrayList<>();
        int threads = 4;
        int each = 2_000;
        CountDownLatch left = new CountDownLatch(threads * each);
        ExecutorService pool = Executors.newFixedThreadPool(threads);

        for (int thread = 0; thread < threads; thread++) {
            pool.execute(() -> {
                for (int i = 0; i < each; i++) {
                    turnstile
                            .pass(() -> Uni.createFrom().item(() -> {
                                seen.add(inside.incrementAndGet());
                                inside.decrementAndGet();
                                return "through";
                            }))
                            .subscribe()
                            .with(item -> left.countDown(), failure -> left.countDown());
                }
            });
        }

        assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).isNotEmpty().containsOnly(1);
        pool.shutdown();
    }
}
