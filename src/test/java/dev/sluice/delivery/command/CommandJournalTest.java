package dev.sluice.delivery.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.command.MemoryCommandStore.Fault;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CommandJournalTest {
    private final Commands commands = new Commands();
    private final MemoryCommandStore store = commands.store;
    private CommandJournal journal = commands.journal;
    private final List<UUID> ids = commands.accept(4);

    @Test
    void gathersTheNextBatchWhileOneIsOnItsWay() {
        store.slow(true);
        ids.forEach(this::deliver);
        store.serveAll();

        assertThat(store.batches()).hasSize(2);
        assertThat(store.batches().get(1)).hasSize(3);
    }

    @Test
    void mergesTheChangesOfOneCommand() {
        store.slow(true);
        deliver(ids.get(0));
        deliver(ids.get(1));
        acknowledge(ids.get(1));
        store.serveAll();

        assertThat(store.batches().get(1)).hasSize(1);
        Command row = store.row(ids.get(1));
        assertThat(row.status()).isEqualTo(CommandStatus.ACKNOWLEDGED);
        assertThat(row.attempt()).isEqualTo(1);
        assertThat(row.deliveredAt()).isNotNull();
    }

    @Test
    void letsAClosedStatusStand() {
        CommandChange closed = CommandChange.closed(ids.get(0), CommandStatus.EXPIRED, commands.clock.instant());

        assertThat(closed.then(CommandChange.acknowledged(ids.get(0), commands.clock.instant())))
                .isEqualTo(closed);
    }

    @Test
    void keepsChangesWhileTheDatabaseIsAwayAndWritesThemInOrder() {
        store.fault(Fault.AWAY);
        deliver(ids.get(0));
        acknowledge(ids.get(0));
        assertThat(journal.pendingCount()).isEqualTo(1);

        store.fault(Fault.NONE);
        journal.tick();
        assertThat(store.batches()).isEmpty();
        commands.pass(1);

        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.ACKNOWLEDGED);
        assertThat(journal.pendingCount()).isZero();
    }

    @Test
    void writesAgainWhatMayHaveBeenWritten() {
        store.fault(Fault.AWAY_AFTER_COMMIT);
        deliver(ids.get(0));
        store.fault(Fault.NONE);
        commands.pass(1);

        assertThat(store.batches()).hasSize(2);
        assertThat(store.row(ids.get(0)).attempt()).isEqualTo(1);
    }

    @Test
    void isDurableAtOnceWhenNothingIsUnderWay() {
        assertThat(durable()).isCompleted();
    }

    @Test
    void isDurableOnlyOnceWhatWasRecordedBeforeIsWritten() {
        store.slow(true);
        deliver(ids.get(0));
        deliver(ids.get(1));
        CompletableFuture<Void> durable = durable();

        store.serveOne();
        assertThat(durable).isNotDone();
        store.serveOne();
        assertThat(durable).isCompleted();
        assertThat(commands.status(ids.get(1))).isEqualTo(CommandStatus.DELIVERED);
    }

    @Test
    void saysThatItIsNotDurableAndKeepsTheChangesAllTheSame() {
        store.fault(Fault.AWAY);
        deliver(ids.get(0));

        assertThat(durable()).isCompletedExceptionally();

        store.fault(Fault.NONE);
        assertThat(durable()).isCompleted();
        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.DELIVERED);
    }

    @Test
    void doesNotLetOnePoisonedRowHoldUpTheOthers() {
        store.poison(ids.get(1));
        store.slow(true);
        ids.forEach(this::deliver);
        store.serveAll();
        store.slow(false);

        for (int i = 0; i < 5; i++) {
            commands.pass(1);
        }

        assertThat(store.rows(Commands.CLUSTER))
                .extracting(Command::status)
                .containsExactly(
                        CommandStatus.DELIVERED,
                        CommandStatus.QUEUED,
                        CommandStatus.DELIVERED,
                        CommandStatus.DELIVERED);
        assertThat(journal.refusedCount()).isEqualTo(1);
        assertThat(journal.pendingCount()).isZero();
    }

    @Test
    void refusesTheNewestPastItsBoundAndStillMergesWhatItKnows() {
        journal = commands.journal(2);
        store.fault(Fault.AWAY);
        ids.forEach(this::deliver);
        acknowledge(ids.get(0));

        assertThat(journal.refusedCount()).isEqualTo(2);
        store.fault(Fault.NONE);
        commands.clock.advance(java.time.Duration.ofSeconds(1));
        journal.tick();
        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.ACKNOWLEDGED);
        assertThat(commands.status(ids.get(3))).isEqualTo(CommandStatus.QUEUED);
    }

    private void deliver(UUID id) {
        journal.record(CommandChange.delivered(id, 1, commands.clock.instant()));
    }

    private void acknowledge(UUID id) {
        journal.record(CommandChange.acknowledged(id, commands.clock.instant()));
    }

    private CompletableFuture<Void> durable() {
        return Commands.future(journal.durable());
    }
}
