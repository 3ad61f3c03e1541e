package dev.sluice.delivery.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.mailbox.Resume;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CommandQueueTest {
    private static final CommandResult DONE = new CommandResult(true, "{}", null, null, null);

    private final Commands commands = new Commands();
    private final CommandQueue queue = commands.queue();
    private final CommandMailbox agent = queue.replica("");

    @Test
    void handsOutInOrderOfAcceptance() {
        commands.accept(3);

        assertThat(commands.numbers(agent)).containsExactly(1L, 2L, 3L);
        assertThat(commands.numbers(agent)).isEmpty();
    }

    @Test
    void handsOutWhatIsUnacknowledgedBeforeAnythingNewer() {
        List<UUID> ids = commands.accept(3);
        commands.take(agent, 3);
        queue.acknowledge(ids.get(1), commands.now());
        agent.released(commands.now());
        commands.accept(1);

        assertThat(commands.numbers(agent)).containsExactly(1L, 3L, 4L);
    }

    @Test
    void sendsAgainAfterTheLeaseWithTheSameIdAndNumberAndTheNextAttempt() {
        List<UUID> ids = commands.accept(1);
        Outbound before = commands.take(agent, 1).get(0);
        commands.pass(29);
        assertThat(agent.due(commands.now())).isFalse();

        commands.pass(1);
        assertThat(agent.due(commands.now())).isTrue();
        Outbound again = commands.take(agent, 1).get(0);

        assertThat(again.position()).isEqualTo(before.position());
        assertThat(again.message()).isEqualTo(before.message());
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(commands.store.row(ids.get(0)).attempt()).isEqualTo(2);
    }

    @Test
    void doesNotSendAgainWhatIsAcknowledgedHoweverMuchTimePasses() {
        List<UUID> ids = commands.accept(1);
        commands.take(agent, 1);

        assertThat(queue.acknowledge(ids.get(0), commands.now())).isTrue();
        commands.pass(100);

        assertThat(agent.due(commands.now())).isFalse();
        agent.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        assertThat(commands.numbers(agent)).isEmpty();
        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.ACKNOWLEDGED);
    }

    @Test
    void acknowledgesUpToAfterAndSendsTheRestAtOnce() {
        commands.accept(4);
        commands.take(agent, 4);

        assertThat(agent.resume(Resume.after(2), commands.now())).isTrue();

        assertThat(commands.numbers(agent)).containsExactly(3L, 4L);
        assertThat(commands.store.rows(Commands.CLUSTER))
                .extracting(Command::status)
                .startsWith(CommandStatus.ACKNOWLEDGED, CommandStatus.ACKNOWLEDGED);
    }

    @Test
    void continuesWithWhatIsNewOrPastItsLease() {
        commands.accept(1);
        commands.take(agent, 1);
        commands.accept(1);

        agent.resume(Resume.CONTINUE, commands.now());
        assertThat(commands.numbers(agent)).containsExactly(2L);

        commands.pass(30);
        agent.resume(Resume.CONTINUE, commands.now());
        assertThat(commands.numbers(agent)).containsExactly(1L, 2L);
    }

    @Test
    void refusesACursorThatWasNeverHandedOut() {
        commands.accept(3);
        commands.take(agent, 2);

        assertThat(agent.resume(Resume.after(3), commands.now())).isFalse();
        assertThat(commands.numbers(agent)).containsExactly(3L);
    }

    @Test
    void keepsTheCursorBehindWhatAReplayHasNotSentYet() {
        commands.accept(5);
        commands.take(agent, 5);
        agent.released(commands.now());
        agent.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        commands.take(agent, 2);

        assertThat(agent.lastSent()).isEqualTo(2);
        agent.resume(Resume.after(agent.lastSent()), commands.now());
        assertThat(commands.numbers(agent)).containsExactly(3L, 4L, 5L);
    }

    @Test
    void keepsTheCursorBehindAnAnswerThatMayBeLost() {
        commands.accept(1);
        agent.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        commands.take(agent, 100);
        commands.accept(1);

        // The first answer never arrived, so the agent has no cursor to name and just polls on.
        agent.resume(Resume.CONTINUE, commands.now());
        assertThat(agent.acknowledgedCursor()).isZero();
        assertThat(commands.numbers(agent)).containsExactly(2L);

        agent.resume(Resume.after(agent.lastSent()), commands.now());
        assertThat(commands.numbers(agent)).contains(1L);
    }

    @Test
    void handsACommandToOneReplicaOnly() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        commands.accept(2);

        assertThat(commands.numbers(a, 1)).containsExactly(1L);
        assertThat(commands.numbers(b)).containsExactly(2L);
    }

    @Test
    void handsWhatALostReplicaHeldToAnother() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        commands.accept(2);
        commands.take(a, 2);

        a.released(commands.now());

        assertThat(commands.numbers(b)).containsExactly(1L, 2L);
    }

    @Test
    void sendsAgainToTheSameReplicaAfterTheLeaseWhileItsConnectionStays() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        a.attachesBy(TransportKind.WEBSOCKET);
        a.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        commands.accept(1);
        commands.take(a, 1);

        commands.pass(30);

        assertThat(b.due(commands.now())).isFalse();
        assertThat(commands.numbers(b)).isEmpty();
        assertThat(commands.numbers(a)).containsExactly(1L);
    }

    @Test
    void handsWhatAReplicaKeptBeyondItsLeaseToAnotherOnceItsConnectionEnds() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        a.attachesBy(TransportKind.WEBSOCKET);
        a.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        commands.accept(1);
        commands.take(a, 1);
        commands.pass(30);
        assertThat(b.due(commands.now())).isFalse();

        a.released(commands.now());

        assertThat(commands.numbers(b)).containsExactly(1L);
    }

    @Test
    void refusesMoreThanTheNodeMayHoldForAllClusters() {
        MemoryBudget budget = new MemoryBudget(1_000);
        CommandLimits limits = new CommandLimits(Duration.ofSeconds(30), 100, 1 << 20, budget);
        CommandQueue tight = new CommandQueue(new UUID(0, 2), limits, commands.journal);
        assertThat(tight.hasRoomFor(500)).isTrue();

        budget.add(600);

        assertThat(tight.hasRoomFor(500)).isFalse();
    }

    @Test
    void wakesTheReplicaWithTheLeastInHandFirst() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        commands.accept(1);
        commands.take(a, 1);
        a.onWake(() -> commands.take(a, 1));
        b.onWake(() -> commands.take(b, 1));

        commands.accept(1);

        assertThat(a.inHand()).isEqualTo(1);
        assertThat(b.inHand()).isEqualTo(1);
    }

    @Test
    void neverSettlesTheCommandOfAnotherReplicaByACursor() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        List<UUID> ids = commands.accept(2);
        commands.take(a, 1);
        commands.take(b, 1);

        b.resume(Resume.after(2), commands.now());

        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.DELIVERED);
        assertThat(commands.status(ids.get(1))).isEqualTo(CommandStatus.ACKNOWLEDGED);
    }

    @Test
    void neverSettlesTheCommandOfAnotherReplicaByACursorAfterARestart() {
        List<UUID> ids = commands.accept(2);
        commands.take(queue.replica("a"), 1);
        commands.take(queue.replica("b"), 1);
        commands.kill();

        CommandMailbox b = commands.queue().replica("b");
        b.resume(Resume.after(2), commands.now());

        assertThat(commands.numbers(b)).contains(1L);
        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.DELIVERED);
    }

    @Test
    void settlesByTheCursorOfAnAgentThatComesBackAfterItsSession() {
        commands.accept(2);
        commands.take(agent, 2);
        agent.released(commands.now());
        queue.forget(agent);

        CommandMailbox back = queue.replica("");

        assertThat(back.resume(Resume.after(2), commands.now())).isTrue();
        assertThat(commands.numbers(back)).isEmpty();
    }

    @Test
    void takesACursorFromBeforeARestartThoughNothingIsOpenAnyMore() {
        List<UUID> ids = commands.accept(2);
        commands.take(agent, 2);
        ids.forEach(id -> queue.finish(id, DONE, commands.now()));
        commands.kill();

        CommandMailbox back = commands.queue().replica("");

        assertThat(back.resume(Resume.after(2), commands.now())).isTrue();
        assertThat(back.resume(Resume.after(3), commands.now())).isFalse();
    }

    @Test
    void settlesByACursorWhatWasDeliveredBeforeARestart() {
        List<UUID> ids = commands.accept(3);
        commands.take(agent, 3);
        commands.kill();

        CommandMailbox back = commands.queue().replica("");
        back.resume(Resume.after(2), commands.now());

        assertThat(commands.numbers(back)).containsExactly(3L);
        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.ACKNOWLEDGED);
    }

    @Test
    void cancelsOnlyWhatWasNeverHandedOut() {
        List<UUID> ids = commands.accept(2);
        commands.take(agent, 1);
        agent.released(commands.now());

        assertThat(queue.cancel(ids.get(0), commands.now())).isFalse();
        assertThat(queue.cancel(ids.get(1), commands.now())).isTrue();

        assertThat(commands.numbers(agent)).containsExactly(1L);
        assertThat(commands.status(ids.get(1))).isEqualTo(CommandStatus.CANCELLED);
        assertThat(queue.cancel(UUID.randomUUID(), commands.now())).isFalse();
    }

    @Test
    void finishesOnceAndKnowsWhatItClosedLately() {
        List<UUID> ids = commands.accept(1);
        commands.take(agent, 1);

        assertThat(queue.finish(ids.get(0), DONE, commands.now())).isTrue();
        assertThat(queue.finish(ids.get(0), DONE, commands.now())).isFalse();

        assertThat(queue.closedLately(ids.get(0))).isTrue();
        assertThat(commands.status(ids.get(0))).isEqualTo(CommandStatus.SUCCEEDED);
        assertThat(agent.inHand()).isZero();
        assertThat(queue.openCount()).isZero();
    }

    @Test
    void expiresWhatIsQueuedDeliveredOrAcknowledgedWithoutAResult() {
        List<UUID> ids = commands.accept(3);
        commands.take(agent, 2);
        queue.acknowledge(ids.get(0), commands.now());

        commands.clock.advance(Duration.ofHours(24));
        queue.tick(commands.now());

        assertThat(commands.store.rows(Commands.CLUSTER))
                .extracting(Command::status)
                .containsOnly(CommandStatus.EXPIRED);
        assertThat(commands.numbers(agent)).isEmpty();
        assertThat(queue.openCount()).isZero();
    }

    @Test
    void settlesWhatAnAgentThatNeverSettlesHasInHand() {
        commands.accept(2);
        commands.take(agent, 2);

        agent.acknowledgeHandedOut(commands.now());

        commands.pass(60);
        assertThat(commands.numbers(agent)).isEmpty();
    }

    @Test
    void doesNotSettleForSuchAnAgentWhatAnEarlierAnswerHeldThatNobodySawArrive() {
        commands.accept(1);
        agent.resume(Resume.LAST_ACKNOWLEDGED, commands.now());
        commands.take(agent, 1);
        commands.accept(1);
        agent.resume(Resume.CONTINUE, commands.now());
        commands.take(agent, 1);

        agent.acknowledgeHandedOut(commands.now());

        commands.pass(30);
        assertThat(commands.numbers(agent)).containsExactly(1L);
    }

    @Test
    void doesNotSettleByARepeatedCursorALowerNumberThatCameLateFromALostReplica() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        commands.accept(2);
        commands.take(b, 1);
        commands.take(a, 1);
        a.resume(Resume.after(2), commands.now());
        b.released(commands.now());
        assertThat(commands.numbers(a)).containsExactly(1L);

        // The answer with 1 is lost, so the agent names what it named before.
        a.resume(Resume.after(2), commands.now());
        commands.pass(30);

        assertThat(commands.numbers(a)).containsExactly(1L);
    }

    @Test
    void settlesByACursorWhatCameFromALostReplicaAheadOfIt() {
        CommandMailbox a = queue.replica("a");
        CommandMailbox b = queue.replica("b");
        commands.accept(2);
        commands.take(a, 1);
        commands.take(b, 1);
        a.resume(Resume.after(1), commands.now());
        b.released(commands.now());
        assertThat(commands.numbers(a)).containsExactly(2L);

        a.resume(Resume.after(2), commands.now());

        commands.pass(30);
        assertThat(commands.numbers(a)).isEmpty();
    }

    @Test
    void hasRoomWithinItsBoundsOnly() {
        commands.accept(100);
        assertThat(queue.hasRoomFor(1)).isFalse();

        UUID id = commands.store.rows(Commands.CLUSTER).get(0).id();
        queue.finish(id, DONE, commands.now());

        assertThat(queue.hasRoomFor(1)).isTrue();
        assertThat(queue.hasRoomFor(1 << 20)).isFalse();
    }
}
