package dev.sluice.rollout.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.rollout.drain.DrainProgress.State;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final long SPREAD = 4_000;
    private static final long TICK = Drain.TICK.toMillis();

    private static DrainSettings settings(DrainOrder order, int perSecond) {
        return new DrainSettings(Duration.ofMillis(SPREAD), order, perSecond, Duration.ofMillis(250));
    }

    @Test
    void toZeroEverybodyIsToldOnceWithinTheSpread() {
        Town town = Town.usual().with(1_000);
        long before = town.millis;

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.clients).allSatisfy(client -> {
            assertThat(client.farewells).hasSize(1);
            assertThat(client.farewells.get(0).why()).isEqualTo(Disconnect.SWITCH_TO_POLLING);
            assertThat(client.farewells.get(0).to()).isEqualTo(Mode.POLLING);
            assertThat(client.farewells.get(0).reason()).isEqualTo("outside-rollout");
            assertThat(client.toldAt - before).isLessThanOrEqualTo(SPREAD + 2 * TICK);
        });
        assertThat(town.drain.progress())
                .isEqualTo(new DrainProgress(State.DONE, DrainCause.LOWERED, Town.NOON, 1_000, 1_000, 0, 0));
        assertThat(town.told).isEqualTo(1_000);
        assertThat(town.started).containsExactly(DrainCause.LOWERED);
    }

    @Test
    void noHerdForms() {
        Town town = Town.usual().with(1_000);

        town.target("0");
        int most = 0;
        for (int i = 0; i < SPREAD / TICK + 2; i++) {
            int before = town.told();
            town.pass(TICK);
            most = Math.max(most, town.told() - before);
            DrainProgress progress = town.drain.progress();
            assertThat(progress.drained() + progress.remaining()).isEqualTo(1_000);
        }

        // 12.5 in a tick on average, each within its own 4 ms.
        assertThat(most).isBetween(12, 15);
    }

    @Test
    void aSingleClientGoesAtARandomMoment() {
        List<Long> moments = new SplittableRandom(3)
                .longs(50)
                .mapToObj(seed -> {
                    SplittableRandom random = new SplittableRandom(seed);
                    Pace pace = new Pace(0, SPREAD, 2_000, Pace.Start.afresh(random), random);
                    long now = 0;
                    while (pace.due(now, 1) == 0) {
                        now += TICK;
                    }
                    return now;
                })
                .toList();

        assertThat(moments).allMatch(moment -> moment <= SPREAD);
        assertThat(moments).anyMatch(moment -> moment < SPREAD / 4).anyMatch(moment -> moment > 3 * SPREAD / 4);
    }

    @Test
    void onlyThoseOutsideTheNewPercentageGo() {
        Town town = Town.usual().with(500);

        town.target("40");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.clients).allSatisfy(client -> assertThat(client.farewells.isEmpty())
                .isEqualTo(Course.of(fresh(client), town.state) == null));
        assertThat(town.told()).isBetween(250, 350);
    }

    private static FakeClient fresh(FakeClient like) {
        return new FakeClient(like.town, like.key);
    }

    @Test
    void theRateBoundsALoweringHoweverManyThereAre() {
        Town town = new Town(settings(DrainOrder.RANDOM, 100)).with(1_000);

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isBetween(380, 410);
        assertThat(town.drain.progress().state()).isEqualTo(State.RUNNING);
        town.pass(6_500);
        assertThat(town.told()).isEqualTo(1_000);
    }

    @Test
    void aStallIsNotMadeUpForAllAtOnce() {
        Town town = new Town(settings(DrainOrder.RANDOM, 400)).with(1_000);
        town.target("0");
        town.pass(500);
        int before = town.told();

        town.millis += 3_000;
        town.drain.tick(town.millis);

        assertThat(town.told() - before).isLessThanOrEqualTo(100);
    }

    @Test
    void aRollbackTellsAThousandWithinFiveSecondsHoweverLowTheRateAndLongTheSpread() {
        Town town = new Town(new DrainSettings(
                        Duration.ofMinutes(10), DrainOrder.LAST_IN_FIRST_OUT, 1, Duration.ofMillis(250)))
                .with(1_000);
        town.lateness = Duration.ofSeconds(9);

        town.ceiling("0");
        town.pass(4_200);

        assertThat(town.told()).isEqualTo(1_000);
        assertThat(town.clients.get(0).farewells.get(0).reason()).isEqualTo("rollback");
        assertThat(town.clients.get(0).farewells.get(0).patience()).isLessThan(Duration.ofMillis(800));
        assertThat(town.pauses).isZero();
    }

    @Test
    void aRollbackKeepsItsDeadlineWhateverIsChangedMeanwhile() {
        Town town = Town.usual().with(1_000);
        town.ceiling("0");
        long begun = town.millis;

        while (town.millis < begun + 4_200) {
            town.override("nobody-" + town.millis);
            town.pass(150);
        }

        assertThat(town.clients)
                .allSatisfy(client -> assertThat(client.farewells).hasSize(1));
        assertThat(town.order.get(999).toldAt - begun).isLessThanOrEqualTo(4_200);
    }

    @Test
    void aKillSwitchTakesOverFromALoweringThatWaits() {
        Town town = Town.usual().with(100);
        town.lateness = Duration.ofSeconds(1);
        town.target("0");
        town.pass(1_000);
        assertThat(town.drain.progress().state()).isEqualTo(State.PAUSED);

        town.change(false, true, "0", "100");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isEqualTo(100);
        assertThat(town.drain.progress().cause()).isEqualTo(DrainCause.WEBSOCKET_DISABLED);
    }

    @Test
    void changesInQuickSuccessionDoNotHoldEverybodyUp() {
        Town town = Town.usual().with(10);
        town.target("0");

        int halfway = 0;
        for (int i = 0; i < 800; i++) {
            town.override("nobody-" + i);
            town.pass(TICK);
            halfway = i == SPREAD / 2 / TICK ? town.told() : halfway;
        }

        assertThat(halfway).as("not in a hurry either").isBetween(2, 6);
        assertThat(town.told()).isEqualTo(10);
    }

    @Test
    void lastInFirstOutBeginsWithTheNewest() {
        Town town = new Town(settings(DrainOrder.LAST_IN_FIRST_OUT, 2_000)).with(200);

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.order).isSortedAccordingTo((a, b) -> Long.compare(b.connectedAt, a.connectedAt));
    }

    @Test
    void randomOrderIsNeitherOldestNorNewestFirst() {
        Town town = Town.usual().with(200);

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        List<Long> came = town.order.stream().map(client -> client.connectedAt).toList();
        assertThat(came).isNotEqualTo(came.stream().sorted().toList());
        double earlyHalf =
                came.subList(0, 100).stream().mapToLong(x -> x).average().orElse(0);
        assertThat(earlyHalf).isBetween(70.0, 130.0);
    }

    @Test
    void aDecisionThatChangedBackIsLeftAlone() {
        Town town = Town.usual().with(400);
        town.target("0");
        town.pass(SPREAD / 2);
        int gone = town.told();

        town.target("100");
        town.pass(2 * SPREAD);

        assertThat(gone).isBetween(180, 220);
        assertThat(town.told()).isEqualTo(gone);
        assertThat(town.drain.progress().state()).isEqualTo(State.DONE);
    }

    @Test
    void theDecisionIsAskedAgainWhenItsTurnHasCome() {
        Town town = Town.usual().with(100);
        town.target("0");
        town.pass(TICK);

        // Changed back, and not announced yet.
        town.state = Town.state(true, true, "100", "100", 9);
        town.pass(SPREAD + TICK);

        assertThat(town.told()).isLessThanOrEqualTo(2);
        assertThat(town.drain.progress().stayed()).isGreaterThanOrEqualTo(98);
        assertThat(town.drain.progress().remaining()).isZero();
    }

    @Test
    void aNewerChangeTakesOverWithoutTellingAnybodyTwice() {
        Town town = Town.usual().with(1_000);
        town.target("50");
        town.pass(SPREAD / 2);

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.clients)
                .allSatisfy(client -> assertThat(client.farewells).hasSize(1));
        assertThat(town.drain.progress().state()).isEqualTo(State.DONE);
        assertThat(town.drain.progress().total()).isLessThan(1_000);
    }

    @Test
    void turnsHandedOutByTheOlderPlanDoNotTellTwiceEither() {
        Town town = Town.usual().with(50);
        town.holdsTasks = true;
        town.target("0");
        town.pass(SPREAD + 2 * TICK);
        town.override("nobody");
        town.pass(SPREAD + 2 * TICK);

        List.copyOf(town.held).forEach(Runnable::run);
        town.pass(TICK);

        assertThat(town.clients)
                .allSatisfy(client -> assertThat(client.farewells).hasSize(1));
        assertThat(town.drain.progress().remaining()).isZero();
    }

    @Test
    void aLoweringByHandWaitsWhileThePollingSideIsSlow() {
        Town town = Town.usual().with(100);
        town.target("0");
        town.pass(1_000);
        int before = town.told();

        town.lateness = Duration.ofMillis(400);
        town.pass(10_000);
        assertThat(town.told()).isEqualTo(before);
        assertThat(town.drain.progress().state()).isEqualTo(State.PAUSED);
        assertThat(town.pauses).isEqualTo(1);
        town.lateness = Duration.ofMillis(200);
        town.pass(5_000);
        assertThat(town.told()).as("better, not well").isEqualTo(before);
        town.lateness = Duration.ofMillis(10);
        town.pass(1_500);

        assertThat(town.told()).as("no herd of those who waited").isBetween(before, before + 20);
        town.pass(SPREAD);
        assertThat(town.told()).isEqualTo(100);
    }

    @Test
    void itDoesNotWaitForEver() {
        Town town = Town.usual().with(100);
        town.lateness = Duration.ofSeconds(5);

        town.target("0");
        town.pass(59_000);
        assertThat(town.told()).isZero();
        town.pass(Duration.ofMinutes(2).toMillis());

        assertThat(town.told()).isEqualTo(100);
    }

    @Test
    void waitingCanBeSwitchedOff() {
        Town town = new Town(new DrainSettings(Duration.ofSeconds(4), DrainOrder.RANDOM, 2_000, Duration.ZERO)).with(9);
        town.lateness = Duration.ofSeconds(5);

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isEqualTo(9);
    }

    @Test
    void whoCannotPollStaysUnlessWebSocketIsSwitchedOff() {
        Town town = Town.usual().with(1);
        town.clients.get(0).cannotPoll = true;

        town.ceiling("0");
        town.pass(SPREAD + 2 * TICK);
        assertThat(town.told()).isZero();
        town.change(false, true, "100", "0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isEqualTo(1);
    }

    @Test
    void raisingTellsThePollsThatWaitWithinTheSpread() {
        Town town = Town.usual().with(600);
        town.state = Town.state(true, true, "0", "100", 1);
        town.clients.forEach(client -> client.polling(Mode.POLLING));
        town.clients.subList(0, 100).forEach(client -> client.reachable = false);
        town.lateness = Duration.ofSeconds(9);

        town.target("100");
        int most = 0;
        for (int i = 0; i < SPREAD / TICK + 2; i++) {
            int before = town.told();
            town.pass(TICK);
            most = Math.max(most, town.told() - before);
        }

        assertThat(town.told()).isEqualTo(500);
        assertThat(town.order.get(0).farewells.get(0).to()).isEqualTo(Mode.WEBSOCKET);
        assertThat(most).isLessThanOrEqualTo(10);
        assertThat(town.drain.progress().cause()).isEqualTo(DrainCause.RAISED);
    }

    @Test
    void whoeverWasToldWebSocketAndPollsOnIsToldAgainOnlyWhenThatChanges() {
        Town town = Town.usual().with(1);
        town.clients.get(0).polling(Mode.WEBSOCKET);

        town.target("90");
        town.target("100");
        town.pass(SPREAD + 2 * TICK);
        assertThat(town.told()).isZero();
        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isEqualTo(1);
        assertThat(town.clients.get(0).farewells.get(0).to()).isEqualTo(Mode.POLLING);
    }

    @Test
    void withPollingSwitchedOffWaitingPollsOfClientsInTheRolloutAreAnswered() {
        Town town = Town.usual().with(3);
        FakeClient inside = town.clients.get(0).polling(Mode.WEBSOCKET);
        FakeClient failedLately = town.clients.get(1).polling(Mode.POLLING);
        failedLately.fallback = true;
        town.override("client-2");
        FakeClient outside = town.clients.get(2).polling(Mode.POLLING);
        town.pass(SPREAD + 2 * TICK);

        town.withoutFallback();
        town.pass(SPREAD + 2 * TICK);

        assertThat(inside.farewells).hasSize(1);
        assertThat(failedLately.farewells).isEmpty();
        assertThat(outside.farewells).isEmpty();
    }

    @Test
    void oneThatFailsDoesNotKeepItFromTheOthers() {
        Town town = Town.usual().with(20);
        town.clients.get(7).broken = true;

        town.ceiling("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isEqualTo(19);
        assertThat(town.drain.progress().state()).isEqualTo(State.DONE);
    }

    @Test
    void aPopulationThatNeverFinishesItsVisitDoesNotKeepTheDrainOpen() {
        Town town = Town.usual().with(5);
        town.neverFinishesVisits = true;

        town.target("0");
        town.pass(SPREAD + 2 * TICK);
        assertThat(town.told()).isEqualTo(5);
        town.pass(2_000);

        assertThat(town.drain.progress().state()).isEqualTo(State.DONE);
    }

    @Test
    void whoeverWasAdmittedBeforeAChangeAndAppearsAfterItIsTold() {
        Town town = Town.usual();
        town.target("0");
        town.pass(SPREAD);
        FakeClient late = new FakeClient(town, "late");

        town.drain.joined("agent", late);
        town.drain.joined("agent", late);

        assertThat(late.farewells).hasSize(1);
    }

    @Test
    void whoeverBelongsWhereItIsJoinsUntold() {
        Town town = Town.usual();
        FakeClient fine = new FakeClient(town, "fine");

        town.drain.joined("agent", fine);

        assertThat(fine.farewells).isEmpty();
    }

    @Test
    void aShutdownTellsEverybodyHoweverTheyAreDecided() {
        Town town = new Town(settings(DrainOrder.RANDOM, 1)).with(1_000);
        town.clients.get(0).polling(Mode.POLLING);
        town.clients.get(1).cannotPoll = true;
        town.lateness = Duration.ofSeconds(5);

        town.drain.shutDown(Duration.ofSeconds(2), Duration.ofSeconds(1));
        town.target("50");
        town.pass(1_000);
        town.target("40");
        assertThat(town.told()).isBetween(450, 550);
        town.pass(1_000 + 2 * TICK);

        assertThat(town.clients).allSatisfy(client -> {
            assertThat(client.farewells).hasSize(1);
            assertThat(client.farewells.get(0).why()).isEqualTo(Disconnect.SHUTDOWN);
            assertThat(client.farewells.get(0).to()).isEqualTo(client.mode);
            assertThat(client.farewells.get(0).reason()).isEqualTo("shutdown");
        });
        assertThat(town.drain.open()).isZero();
        assertThat(town.drain.progress().cause()).isEqualTo(DrainCause.SHUTDOWN);
    }

    @Test
    void aPollThatComesBackDuringAShutdownIsAnsweredToo() {
        Town town = Town.usual().with(10);
        town.drain.shutDown(Duration.ofSeconds(2), Duration.ZERO);
        town.pass(1_000);
        FakeClient again = new FakeClient(town, "again").polling(Mode.POLLING);

        town.drain.joined("agent", again);
        town.pass(1_000 + 2 * TICK);

        assertThat(again.farewells).hasSize(1);
    }

    @Test
    void whatMovedNobodyDoesNotHideWhatDid() {
        Town town = Town.usual().with(3);
        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        town.override("nobody");
        town.pass(TICK);

        assertThat(town.drain.progress().drained()).isEqualTo(3);
        assertThat(town.drain.progress().state()).isEqualTo(State.DONE);
    }

    @Test
    void aHundredThousandCostLittle() {
        Town town = new Town(settings(DrainOrder.LAST_IN_FIRST_OUT, 1_000_000)).with(100_000);

        town.target("0");
        town.pass(SPREAD + 2 * TICK);

        assertThat(town.told()).isEqualTo(100_000);
        assertThat(town.visits).isEqualTo(1);
    }
}
