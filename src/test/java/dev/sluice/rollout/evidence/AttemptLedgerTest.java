package dev.sluice.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttemptLedgerTest {
    private static final long WINDOW = 10_000;
    private static final long VOTE = 60_000;
    private static final int PER_ADDRESS = 20;
    private static final long CLIENT = 4711;
    private static final long PROVED = 0;
    private static final long HOUSE = 99;

    private final List<String> settled = new ArrayList<>();
    private AttemptLedger ledger = ledger(1_000);
    private long now = 1_000;

    private AttemptLedger ledger(int maxClients) {
        EvidenceLimits limits = new EvidenceLimits(
                Duration.ofMillis(WINDOW), Duration.ofMillis(VOTE), PER_ADDRESS, Duration.ofSeconds(90), maxClients);
        return new AttemptLedger(limits, new EvidenceObserver() {
            @Override
            public void settled(Cohort cohort, Outcome outcome, int group, boolean tried) {
                settled.add(cohort + " " + outcome.wire() + " " + group + (tried ? " tried" : ""));
            }
        });
    }

    private void on(Event... events) {
        on(CLIENT, PROVED, events);
    }

    private void on(long client, long address, Event... events) {
        for (Event event : events) {
            // Marks are hashes, and the table counts on that.
            ledger.on(event, client * 0x9e3779b97f4a7c15L, address, 3, now);
        }
    }

    private void pass(long millis) {
        now += millis;
        ledger.settle(now);
    }

    private CohortWindow webSocket() {
        return ledger.take(Cohort.WEBSOCKET, LatencyCounts.EMPTY);
    }

    private CohortWindow polling() {
        return ledger.take(Cohort.POLLING, LatencyCounts.EMPTY);
    }

    private static void assertVotes(CohortWindow window, long successes, long failures, long fallbacks) {
        assertThat(List.of(window.successes(), window.failures(), window.fallbacks()))
                .as("successes, failures, fallbacks")
                .containsExactly(successes, failures, fallbacks);
    }

    @Test
    void anEarlySuccessCountsAtItsDeadlineOnly() {
        on(Event.OFFERED_WHILE_POLLING, Event.TRIED, Event.WORKED);
        pass(WINDOW - 1);
        assertVotes(webSocket(), 0, 0, 0);

        pass(1);

        assertVotes(webSocket(), 1, 0, 0);
        assertThat(settled).containsExactly("WEBSOCKET success 3 tried");
    }

    @Test
    void whatBeganTogetherIsCountedTogetherWhateverComesOfIt() {
        on(1, PROVED, Event.TRIED, Event.WORKED);
        on(2, PROVED, Event.TRIED);

        pass(WINDOW);

        assertVotes(webSocket(), 1, 1, 0);
    }

    @Test
    void aConnectionThatNeverWorkedIsAFailureThoughItWasUpgraded() {
        on(Event.TRIED);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 1, 0);
    }

    @Test
    void aConnectionThatWorksOnlyAfterTheDeadlineIsAFailure() {
        on(Event.TRIED);
        pass(WINDOW);

        on(Event.WORKED);
        pass(WINDOW);

        assertVotes(webSocket(), 0, 1, 0);
    }

    @Test
    void theFirstThingThatHappensIsTheOutcome() {
        on(1, PROVED, Event.TRIED, Event.FAILED, Event.TRIED, Event.WORKED);
        on(2, PROVED, Event.TRIED, Event.WORKED, Event.LOST, Event.TRIED, Event.FAILED);

        pass(WINDOW);

        assertVotes(webSocket(), 1, 1, 0);
    }

    @Test
    void whoIsAbleAndStaysOnPollingFellBack() {
        on(Event.ABLE, Event.OFFERED_WHILE_POLLING);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 0, 1);
        assertThat(settled).containsExactly("WEBSOCKET fallback 3");
    }

    @Test
    void whoAskedWhereToConnectAndNeverCameFailed() {
        on(Event.ABLE, Event.OFFERED_ONCE);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 1, 0);
    }

    @Test
    void whoAskedWhereToConnectAndTurnsUpPollingFellBack() {
        on(Event.ABLE, Event.OFFERED_ONCE);
        pass(2_000);
        on(Event.OFFERED_WHILE_POLLING);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 0, 1);
    }

    @Test
    void anOldPollingAgentThatIgnoresTheOfferMovesNoVerdict() {
        for (int poll = 0; poll < 10; poll++) {
            on(Event.OFFERED_WHILE_POLLING);
            pass(30_000);
        }

        CohortWindow window = webSocket();
        assertVotes(window, 0, 0, 0);
        assertThat(window.noAttempts()).as("once in a vote window").isEqualTo(5);
        assertThat(window.voters()).isZero();
    }

    @Test
    void anAgentThatIgnoredOffersVotesWhenItTries() {
        on(Event.OFFERED_WHILE_POLLING);
        pass(WINDOW);
        on(Event.TRIED, Event.WORKED);

        pass(WINDOW);

        assertVotes(webSocket(), 1, 0, 0);
    }

    @Test
    void abilityIsRememberedOnceShown() {
        on(Event.TRIED, Event.WORKED, Event.LEFT);
        pass(VOTE);
        webSocket();

        on(Event.OFFERED_WHILE_POLLING);
        pass(WINDOW);

        assertVotes(webSocket(), 0, 0, 1);
    }

    @Test
    void ourRefusalIsNoVoteNorIsWhatFollowsFromIt() {
        on(Event.OFFERED_WHILE_POLLING, Event.TRIED, Event.REFUSED, Event.OFFERED_WHILE_POLLING);

        pass(WINDOW * 2);

        assertVotes(webSocket(), 0, 0, 0);
        assertThat(settled).isEmpty();
    }

    @Test
    void aConnectionThatTurnedOutToBeAnothersLeavesNothingBehind() {
        on(7, PROVED, Event.TRIED, Event.MISTAKEN);
        on(Event.TRIED, Event.WORKED);

        pass(WINDOW);

        assertVotes(webSocket(), 1, 0, 0);
    }

    @Test
    void oneVoteAWindowHoweverOftenAClientTries() {
        for (int second = 0; second < 180; second++) {
            on(Event.TRIED, Event.FAILED);
            pass(1_000);
        }
        pass(WINDOW);

        CohortWindow window = webSocket();
        assertVotes(window, 0, 3, 0);
        assertThat(window.voters()).isEqualTo(1);
    }

    @Test
    void anOfferToAConnectedClientIsNone() {
        on(Event.TRIED, Event.WORKED);
        pass(VOTE);
        webSocket();

        on(Event.OFFERED_WHILE_POLLING);
        pass(WINDOW);

        assertVotes(webSocket(), 0, 0, 0);
    }

    @Test
    void theUnauthenticatedOfOneAddressShareItsVotes() {
        for (int client = 1; client <= 100; client++) {
            on(client, HOUSE, Event.TRIED, Event.FAILED);
        }
        pass(WINDOW);

        CohortWindow window = webSocket();
        assertVotes(window, 0, PER_ADDRESS, 0);
        assertThat(window.voters()).isEqualTo(PER_ADDRESS);
        assertThat(settled).contains("WEBSOCKET capped 3 tried");
    }

    @Test
    void nobodyForgesARollbackFromOneAddressAgainstManyHealthyClients() {
        for (int client = 1; client <= 100; client++) {
            on(client, PROVED, Event.TRIED, Event.WORKED);
            on(1_000 + client, HOUSE, Event.TRIED, Event.FAILED);
        }
        pass(WINDOW);

        CohortWindow window = webSocket();
        assertVotes(window, 100, PER_ADDRESS, 0);
        assertThat(window.concentrated()).isTrue();
    }

    @Test
    void oneUnluckyClientIsNoConcentration() {
        for (int client = 1; client <= 100; client++) {
            on(client, 5_000 + client, Event.TRIED, Event.WORKED);
        }
        on(1_000, HOUSE, Event.TRIED, Event.FAILED);
        pass(WINDOW);

        assertThat(webSocket().concentrated()).isFalse();
    }

    @Test
    void concentrationFadesWithTheSample() {
        on(1, HOUSE, Event.TRIED, Event.FAILED);
        pass(WINDOW);
        assertThat(webSocket().concentrated()).isTrue();

        pass(Duration.ofMinutes(10).toMillis());

        assertThat(webSocket().concentrated()).isFalse();
    }

    @Test
    void madeUpNamesOfOneAddressDoNotPushOthersOut() {
        ledger = ledger(500);
        on(CLIENT, PROVED, Event.ABLE);
        for (int client = 1; client <= 100_000; client++) {
            on(1_000_000L + client, HOUSE, Event.OFFERED_WHILE_POLLING);
        }

        assertThat(ledger.size()).isLessThan(500);
        assertThat(ledger.evicted()).isZero();
        assertThat(ledger.turnedAway()).isPositive();
    }

    @Test
    void whenFullThoseNotHeardOfTheLongestAreForgottenAndCounted() {
        ledger = ledger(500);
        for (int client = 1; client <= 10_000; client++) {
            on(client, PROVED, Event.TRIED, Event.WORKED, Event.LEFT);
            pass(100);
        }

        assertThat(ledger.size()).isEqualTo(500);
        assertThat(ledger.evicted()).isEqualTo(9_500);
        assertThat(ledger.open()).isLessThanOrEqualTo(101);
        assertThat(webSocket().successes())
                .as("an attempt is younger than what is forgotten")
                .isEqualTo(9_901);
    }

    @Test
    void whatCannotBeKeptOpenIsTurnedAwayAndCounted() {
        ledger = ledger(500);
        for (int client = 1; client <= 10_000; client++) {
            on(client, PROVED, Event.TRIED);
        }

        assertThat(ledger.open()).isEqualTo(500);
        assertThat(ledger.turnedAway()).isEqualTo(9_500);
    }

    @Test
    void startingAfreshDropsWhatWasCountedAndWhatIsUnderWay() {
        on(1, PROVED, Event.TRIED, Event.FAILED);
        pass(WINDOW);
        on(2, PROVED, Event.TRIED, Event.FAILED);
        ledger.restart(now);

        pass(WINDOW);
        CohortWindow none = webSocket();
        assertVotes(none, 0, 0, 0);
        assertThat(none.voters()).isZero();

        on(1, PROVED, Event.TRIED, Event.WORKED);
        pass(WINDOW);
        CohortWindow fresh = webSocket();
        assertVotes(fresh, 1, 0, 0);
        assertThat(fresh.voters()).isEqualTo(1);
    }

    @Test
    void aVoteRightAfterTheFreshStartIsNotCastTwice() {
        ledger.restart(now);

        on(1, PROVED, Event.POLL_SERVED, Event.POLL_SERVED);

        assertThat(polling().successes()).isEqualTo(1);
    }

    @Test
    void whatBecomesLateOfAnAttemptOpensNoOther() {
        on(1, PROVED, Event.TRIED);
        on(2, PROVED, Event.TRIED);
        pass(WINDOW);
        ledger.restart(now);

        on(1, PROVED, Event.FAILED);
        on(2, PROVED, Event.WORKED);
        pass(WINDOW);

        assertVotes(webSocket(), 0, 0, 0);
    }

    @Test
    void whoeverElseHasNotSaidWhoItIsMayYetFail() {
        on(7, PROVED, Event.TRIED, Event.TRIED, Event.MISTAKEN, Event.FAILED);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 1, 0);
    }

    @Test
    void votersAreDistinctSinceTheStart() {
        for (int round = 0; round < 3; round++) {
            for (int client = 1; client <= 7; client++) {
                on(client, PROVED, Event.TRIED, Event.FAILED);
            }
            pass(VOTE);
            assertThat(webSocket().voters()).isEqualTo(7);
        }
    }

    @Test
    void aReportOfFailureCountsForAnAttemptThatWeKnowOf() {
        on(CLIENT, HOUSE, Event.OFFERED_ONCE, Event.REPORTED_FAILED);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 1, 0);
    }

    @Test
    void whatWeSawWorkDidWorkWhateverIsReported() {
        on(1, HOUSE, Event.TRIED, Event.WORKED, Event.REPORTED_FAILED);
        on(2, HOUSE, Event.OFFERED_ONCE, Event.REPORTED_FAILED, Event.TRIED, Event.WORKED);

        pass(WINDOW);

        assertVotes(webSocket(), 2, 0, 0);
    }

    @Test
    void aReportThatItIsConnectedIsNoSuccess() {
        on(CLIENT, HOUSE, Event.TRIED, Event.REPORTED_CONNECTED);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 1, 0);
    }

    @Test
    void reportsOfOthersAndOfStrangersMoveNothing() {
        on(CLIENT, HOUSE, Event.OFFERED_WHILE_POLLING);
        on(CLIENT, 12345, Event.REPORTED_FAILED, Event.REPORTED_FALLBACK);
        on(555, 12345, Event.REPORTED_FAILED);

        pass(WINDOW);

        CohortWindow window = webSocket();
        assertVotes(window, 0, 0, 0);
        assertThat(window.noAttempts()).isEqualTo(1);
        assertThat(ledger.size()).isEqualTo(1);
    }

    @Test
    void aClientThatReportsItsFallbackHasShownThatItIsAble() {
        on(CLIENT, HOUSE, Event.OFFERED_ONCE, Event.REPORTED_FALLBACK);

        pass(WINDOW);

        assertVotes(webSocket(), 0, 0, 1);
    }

    @Test
    void pollsVoteOnceAWindowAsWell() {
        on(1, PROVED, Event.POLL_SERVED, Event.POLL_SERVED);
        on(2, PROVED, Event.POLL_FAILED, Event.POLL_SERVED);
        assertVotes(polling(), 1, 1, 0);

        pass(30_000);
        on(1, PROVED, Event.POLL_FAILED);
        assertVotes(polling(), 0, 0, 0);

        pass(30_000);
        on(1, PROVED, Event.POLL_SERVED);
        CohortWindow window = polling();
        assertVotes(window, 1, 0, 0);
        assertThat(window.voters()).isEqualTo(2);
    }

    @Test
    void errorsOfAClientCountOnceAWindowOnEitherSide() {
        for (int i = 0; i < 50; i++) {
            on(1, PROVED, Event.WEBSOCKET_ERROR);
            on(2, PROVED, Event.POLL_FAILED);
        }

        assertThat(webSocket().errors()).isEqualTo(1);
        assertThat(polling().errors()).isEqualTo(1);
    }

    @Test
    void exposureIsTimeConnectedAndTimePolling() {
        on(1, PROVED, Event.TRIED, Event.WORKED);
        on(2, PROVED, Event.TRIED, Event.WORKED);
        on(2, PROVED, Event.WORKED);
        on(3, PROVED, Event.POLL_SERVED);
        ledger.settle(now);
        webSocket();

        pass(30_000);
        on(2, PROVED, Event.LEFT);
        on(3, PROVED, Event.POLL_SERVED);
        pass(30_000);
        on(1, PROVED, Event.LEFT);
        on(2, PROVED, Event.LEFT);
        pass(600_000);
        on(3, PROVED, Event.POLL_SERVED);

        assertThat(webSocket().clientMinutes()).isEqualTo(2.0);
        assertThat(polling().clientMinutes())
                .as("30 s, and 90 s of a longer gap")
                .isCloseTo(2.0, near());
    }

    private static org.assertj.core.data.Offset<Double> near() {
        return org.assertj.core.data.Offset.offset(0.01);
    }

    @Test
    void aLostConnectionIsAnErrorWhereItsClientIsBackAndItWasNotTheFirst() {
        on(Event.TRIED, Event.WORKED, Event.LOST);
        pass(5_000);
        on(Event.TRIED, Event.WORKED);
        assertThat(webSocket().errors()).as("a process may restart").isZero();

        pass(VOTE);
        on(Event.LOST);
        pass(5_000);
        assertThat(webSocket().errors()).as("it may be gone").isZero();

        on(Event.SEEN);
        assertThat(webSocket().errors()).isEqualTo(1);
    }

    @Test
    void aClientThatWentAwayMadeNoError() {
        on(Event.WORKED, Event.LOST, Event.TRIED, Event.WORKED, Event.LOST);

        pass(Duration.ofMinutes(3).toMillis());
        on(Event.TRIED);

        assertThat(webSocket().errors()).isZero();
    }

    @Test
    void anUpgradeOnOfferIsProbedOrTheClientStayedOnPolling() {
        on(1, PROVED, Event.OFFERED_UPGRADE, Event.TRIED, Event.WORKED);
        on(2, PROVED, Event.OFFERED_UPGRADE, Event.TRIED, Event.FAILED);
        on(3, PROVED, Event.OFFERED_UPGRADE);
        on(4, PROVED, Event.TRIED, Event.WORKED);
        pass(WINDOW);

        CohortWindow window = webSocket();

        assertVotes(window, 2, 1, 1);
        assertThat(window.probes()).isEqualTo(new CohortWindow.Probes(3, 2));
        assertThat(webSocket().probes()).isEqualTo(CohortWindow.Probes.NONE);
    }

    @Test
    void aYearIsNoEndOfTime() {
        now = Duration.ofDays(390).toMillis();
        on(Event.TRIED, Event.FAILED);
        pass(WINDOW);
        now += Duration.ofDays(30).toMillis();
        on(Event.TRIED, Event.WORKED);
        pass(WINDOW);

        assertVotes(webSocket(), 1, 1, 0);
    }

    @Test
    void atMostOneVoteAClientAndWindowWhateverHappens() {
        long seed = System.nanoTime();
        System.out.println("AttemptLedgerTest seed " + seed);
        Random random = new Random(seed);
        ledger = ledger(64);
        int clients = 10;
        long duration = 3_600_000;
        for (long until = now + duration; now < until; ) {
            on(
                    1 + random.nextInt(clients),
                    random.nextInt(3) * 77L,
                    Event.values()[random.nextInt(Event.values().length)]);
            pass(random.nextInt(200));
        }
        pass(WINDOW);

        long most = clients * (duration / VOTE + 1);
        CohortWindow webSocket = webSocket();
        CohortWindow polling = polling();
        assertThat(webSocket.successes() + webSocket.failures() + webSocket.fallbacks())
                .isBetween(1L, most);
        assertThat(polling.successes() + polling.failures()).isBetween(1L, most);
        assertThat(webSocket.errors()).isLessThanOrEqualTo(most);
        assertThat(webSocket.voters()).isLessThanOrEqualTo(clients);
        assertThat(webSocket.clientMinutes()).isBetween(0.0, clients * 62.0);
    }
}
