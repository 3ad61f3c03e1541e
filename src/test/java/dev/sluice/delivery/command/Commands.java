package dev.sluice.delivery.command;

import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.mailbox.Outbound;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A cluster's commands with everything they need, in one thread. */
final class Commands {
    static final UUID CLUSTER = new UUID(0, 1);
    static final CommandLimits LIMITS = new CommandLimits(Duration.ofSeconds(30), 100, 1 << 20);

    final ManualClock clock = new ManualClock();
    final DirectHome home = new DirectHome();
    final MemoryCommandStore store = new MemoryCommandStore();
    CommandJournal journal = journal(1_000);
    CommandRouter router = router();
    private int made;

    CommandJournal journal(int maxPending) {
        return new CommandJournal(store, home, clock, maxPending);
    }

    CommandRouter router() {
        return new CommandRouter(store, journal, id -> home, LIMITS, clock);
    }

    /** The process dies: what was not written is gone. */
    void kill() {
        store.dropWaiting();
        home.dropAll();
        journal = journal(1_000);
        router = router();
    }

    NewCommand fresh() {
        return fresh(null);
    }

    NewCommand fresh(NewCommand.Idempotency key) {
        return new NewCommand(
                new UUID(7, ++made),
                CLUSTER,
                "run",
                "{}",
                clock.instant(),
                clock.instant().plus(Duration.ofHours(24)),
                key);
    }

    static NewCommand.Idempotency key(String key) {
        return new NewCommand.Idempotency(new UUID(0, 9), key, "hash");
    }

    CompletableFuture<CommandStore.Accepted> accept(NewCommand command) {
        return future(router.accept(command));
    }

    /** Accepts that many and answers their ids, in order. */
    List<UUID> accept(int count) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(accept(fresh()).join().command().id());
        }
        return ids;
    }

    CommandQueue queue() {
        return future(router.queue(CLUSTER)).join();
    }

    CommandStatus status(UUID id) {
        return store.row(id).status();
    }

    long now() {
        return clock.millis();
    }

    void pass(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        journal.tick();
        router.tick(home, now());
    }

    List<Outbound> take(CommandMailbox from, int most) {
        List<Outbound> into = new ArrayList<>();
        from.take(into, most, 1 << 20, now());
        return into;
    }

    List<Long> numbers(CommandMailbox from) {
        return numbers(from, 100);
    }

    List<Long> numbers(CommandMailbox from, int most) {
        return take(from, most).stream().map(Outbound::position).toList();
    }

    static <T> CompletableFuture<T> future(Uni<T> uni) {
        return uni.subscribeAsCompletionStage();
    }
}
