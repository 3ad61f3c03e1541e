package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.assertFailsWith;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.ProblemCode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class StoreOutageQuarkusTest {
    @Inject
    Transactions transactions;

    @Inject
    StoreHealth health;

    @Inject
    PgClusterStore clusters;

    @Inject
    PgTokenStore tokens;

    @Inject
    Vertx vertx;

    @DatabaseOutage
    Supplier<AutoCloseable> outage;

    @Test
    void failsSoonWhileTheDatabaseIsAwayAndRecoversByItself() throws Exception {
        List<Boolean> changes = new CopyOnWriteArrayList<>();
        health.onChange(changes::add);
        get(transactions.ping());

        try (AutoCloseable away = outage.get()) {
            for (int i = 0; i < 12; i++) {
                long start = System.nanoTime();
                assertFailsWith(ProblemCode.STORE_UNAVAILABLE, clusters.list(null, 1, 0));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
            }
            assertThat(health.available()).isFalse();
        }

        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> get(tokens.loadUsable(NOON)) != null);
        assertThat(health.available()).isTrue();
        assertThat(changes).containsExactly(false, true);
    }

    /** Mutiny's own timeout is not the JDK's, and once passed for a fault of ours. */
    @Test
    void anAnswerThatDoesNotComeInTimeIsAnUnavailableStore() {
        assertFailsWith(ProblemCode.STORE_UNAVAILABLE, transactions.run(session -> session.createNativeQuery(
                        "select 1 from pg_sleep(6)", Integer.class)
                .getSingleResult()));
    }

    @Test
    void manyTransactionsFromOneEventLoopDoNotShareASession() {
        Uni<Void> burst = Uni.createFrom()
                .emitter(emitter -> vertx.runOnContext(go -> Uni.join()
                        .all(IntStream.range(0, 50)
                                .mapToObj(i -> clusters.list(null, 1, 0))
                                .toList())
                        .andFailFast()
                        .subscribe()
                        .with(all -> emitter.complete(null), emitter::fail)));

        get(burst);
    }
}
