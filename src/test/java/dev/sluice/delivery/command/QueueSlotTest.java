package dev.sluice.delivery.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandStore.Accepted;
import dev.sluice.delivery.command.MemoryCommandStore.Fault;
import dev.sluice.delivery.mailbox.Resume;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@link CommandRouter} and the slots behind it: acceptance, loading, doubt. */
class QueueSlotTest {
    private static final CommandResult DONE = new CommandResult(true, null, null, null, null);

    private final Commands commands = new Commands();

    @Test
    void deliversInTheOrderOfTheCallersWhileTheDatabaseIsSlow() {
        CommandMailbox agent = commands.queue().replica("");
        commands.store.slow(true);
        CompletableFuture<Accepted> first = commands.accept(commands.fresh());
        CompletableFuture<Accepted> second = commands.accept(commands.fresh());

        assertThat(commands.numbers(agent)).isEmpty();
        commands.store.serveAll();

        assertThat(first.join().command().number()).isEqualTo(1);
        assertThat(second.join().command().number()).isEqualTo(2);
        assertThat(commands.numbers(agent)).containsExactly(1L, 2L);
    }

    @Test
    void deliversNothingBeforeItIsDurable() {
        CommandMailbox agent = commands.queue().replica("");
        commands.store.fault(Fault.AWAY);

        CompletableFuture<Accepted> refused = commands.accept(commands.fresh());

        assertThat(code(refused)).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        assertThat(commands.numbers(agent)).isEmpty();
    }

    @Test
    void findsADoubtfulAcceptanceAndDeliversItInItsPlace() {
        CommandMailbox agent = commands.queue().replica("");
        commands.accept(1);
        commands.store.fault(Fault.AWAY_AFTER_COMMIT);
        assertThat(code(commands.accept(commands.fresh()))).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        commands.store.fault(Fault.NONE);

        commands.accept(1);

        assertThat(commands.numbers(agent)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void findsADoubtfulAcceptanceWithTimeAlone() {
        CommandMailbox agent = commands.queue().replica("");
        commands.store.fault(Fault.AWAY_AFTER_COMMIT);
        commands.accept(commands.fresh());
        commands.store.fault(Fault.NONE);

        commands.pass(1);

        assertThat(commands.numbers(agent)).containsExactly(1L);
    }

    @Test
    void acceptsARepeatOfADoubtfulAcceptanceOnce() {
        CommandMailbox agent = commands.queue().replica("");
        NewCommand keyed = commands.fresh(Commands.key("k"));
        commands.store.fault(Fault.AWAY_AFTER_COMMIT);
        commands.accept(keyed);
        commands.store.fault(Fault.NONE);

        Accepted repeat = commands.accept(commands.fresh(Commands.key("k"))).join();

        assertThat(repeat.repeated()).isTrue();
        assertThat(repeat.command().id()).isEqualTo(keyed.id());
        assertThat(commands.numbers(agent)).containsExactly(1L);
    }

    @Test
    void findsAnAcceptanceThatIsCommittedAfterTheReloadOnceItsKeyIsRepeated() {
        CommandMailbox agent = commands.queue().replica("");
        commands.store.fault(Fault.COMMITS_LATE);
        commands.accept(commands.fresh(Commands.key("k")));
        commands.store.fault(Fault.NONE);
        commands.pass(1);
        commands.store.landLateCommits();

        commands.accept(commands.fresh(Commands.key("k"))).join();

        assertThat(commands.numbers(agent)).containsExactly(1L);
    }

    @Test
    void findsAnAcceptanceThatIsCommittedAfterTheReloadBeforeItDeliversTheNext() {
        CommandMailbox agent = commands.queue().replica("");
        commands.store.fault(Fault.COMMITS_LATE);
        commands.accept(commands.fresh());
        commands.store.fault(Fault.NONE);
        commands.pass(1);
        commands.store.landLateCommits();

        commands.accept(1);

        assertThat(commands.numbers(agent)).containsExactly(1L, 2L);
    }

    @Test
    void doesNotResurrectWhatIsClosedWhileTheRowsAreReadAgain() {
        CommandQueue queue = commands.queue();
        CommandMailbox agent = queue.replica("");
        List<UUID> ids = commands.accept(1);
        commands.take(agent, 1);
        commands.store.fault(Fault.AWAY_AFTER_COMMIT);
        commands.accept(commands.fresh());
        commands.store.fault(Fault.NONE);
        commands.store.slow(true);
        commands.pass(1);

        queue.finish(ids.get(0), DONE, commands.now());
        for (int i = 0; i < 10; i++) {
            commands.store.serveOne();
        }

        agent.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        assertThat(commands.numbers(agent)).containsExactly(2L);
    }

    @Test
    void waitsForTheJournalBeforeItLoads() {
        CommandQueue queue = commands.queue();
        CommandMailbox agent = queue.replica("");
        List<UUID> ids = commands.accept(1);
        commands.take(agent, 1);
        commands.store.fault(Fault.AWAY);
        queue.acknowledge(ids.get(0), commands.now());
        queue.forget(agent);
        commands.pass(300);
        assertThat(commands.router.loadedCount()).isZero();
        commands.store.fault(Fault.NONE);

        CommandMailbox back = commands.queue().replica("");

        assertThat(commands.numbers(back)).isEmpty();
    }

    @Test
    void answersEveryoneWhenItCannotLoad() {
        commands.store.slow(true);
        CompletableFuture<CommandQueue> queue = Commands.future(commands.router.queue(Commands.CLUSTER));
        CompletableFuture<Accepted> accepted = commands.accept(commands.fresh());
        commands.store.fault(Fault.AWAY);

        commands.store.serveAll();

        assertThat(code(queue)).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        assertThat(code(accepted)).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
    }

    @Test
    void loadsAfterAFailureOnceTheDatabaseIsBack() {
        commands.store.fault(Fault.AWAY);
        assertThat(code(Commands.future(commands.router.queue(Commands.CLUSTER))))
                .isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        assertThat(commands.router.loadedQueue(Commands.CLUSTER)).isNull();
        commands.store.fault(Fault.NONE);

        assertThat(commands.accept(1)).hasSize(1);
    }

    @Test
    void servesAgentsWhileTheDatabaseIsAway() {
        CommandMailbox agent = commands.queue().replica("");
        commands.accept(2);
        commands.store.fault(Fault.AWAY);

        assertThat(commands.numbers(agent)).containsExactly(1L, 2L);
    }

    @Test
    void refusesWhatDoesNotFitAndGoesOn() {
        commands.accept(100);

        assertThat(code(commands.accept(commands.fresh()))).isEqualTo(ProblemCode.QUEUE_FULL);

        UUID id = commands.store.rows(Commands.CLUSTER).get(0).id();
        commands.queue().finish(id, DONE, commands.now());
        assertThat(commands.accept(1)).hasSize(1);
    }

    @Test
    void letsGoOfAQueueThatIsIdleAndOfNoOther() {
        CommandQueue queue = commands.queue();
        CommandMailbox agent = queue.replica("");
        commands.accept(1);
        commands.pass(300);
        assertThat(commands.router.loadedCount()).isEqualTo(1);

        queue.forget(agent);
        commands.pass(1);

        assertThat(commands.router.loadedCount()).isZero();
        assertThat(commands.numbers(commands.queue().replica(""))).containsExactly(1L);
    }

    @Test
    void losesNothingThatWasAcceptedWhenItIsKilled() {
        commands.accept(2);
        CommandMailbox agent = commands.queue().replica("");
        commands.take(agent, 1);
        commands.kill();

        assertThat(commands.numbers(commands.queue().replica(""))).containsExactly(1L, 2L);
    }

    private static ProblemCode code(CompletableFuture<?> failed) {
        assertThat(failed).isCompletedExceptionally();
        return failed.handle((item, failure) -> ((SluiceException) failure).code())
                .join();
    }
}
