package dev.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.upstream.OutboxStore;
import dev.sluice.delivery.upstream.OutboxStore.Entry;
import dev.sluice.delivery.upstream.OutboxStore.NewEntry;
import dev.sluice.upstream.Outbox.Delivery;
import dev.sluice.upstream.Outbox.Settings;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Settings SETTINGS =
            new Settings(Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 4, 10);

    private final List<String> told = new ArrayList<>();
    private final CompletableFuture<Delivery> answer = new CompletableFuture<>();
    private final SlowToRead store = new SlowToRead();
    private final Outbox outbox = new Outbox(
            store,
            event -> {
                told.add(event);
                return Uni.createFrom().completionStage(answer);
            },
            new DirectHome(),
            SETTINGS,
            InstantSource.fixed(NOW),
            new UpstreamTest.Counts());

    /** What it reads is as of when it was asked, and may come much later. */
    private static final class SlowToRead implements OutboxStore {
        private final MemoryOutboxStore rows = new MemoryOutboxStore();
        private CompletableFuture<Void> reads = CompletableFuture.completedFuture(null);

        @Override
        public Uni<Void> append(List<NewEntry> fresh) {
            return rows.append(fresh);
        }

        @Override
        public Uni<List<Entry>> due(Instant now, int limit) {
            List<Entry> asOfNow = rows.due(now, limit).await().indefinitely();
            return Uni.createFrom().completionStage(reads.thenApply(read -> asOfNow));
        }

        @Override
        public Uni<Void> remove(List<Long> gone) {
            return rows.remove(gone);
        }

        @Override
        public Uni<Void> postpone(long id, int attempts, Instant at) {
            return rows.postpone(id, attempts, at);
        }

        @Override
        public Uni<Long> count() {
            return rows.count();
        }
    }

    @Test
    void whatWasHeardWhileTheNextLookWasOnItsWayIsNotToldAgain() {
        outbox.keep(new NewEntry("ann", "first", NOW)).await().indefinitely();
        assertThat(told).containsExactly("first");

        CompletableFuture<Void> slow = new CompletableFuture<>();
        store.reads = slow;
        outbox.look();
        answer.complete(Delivery.HEARD);
        assertThat(store.rows.size()).isZero();
        store.reads = CompletableFuture.completedFuture(null);
        slow.complete(null);

        assertThat(told).containsExactly("first");
        outbox.keep(new NewEntry("ann", "second", NOW)).await().indefinitely();
        assertThat(told).containsExactly("first", "second");
    }
}
