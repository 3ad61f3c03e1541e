package dev.sluice.rollout.guard;

import static dev.sluice.rollout.guard.Windows.HEALTHY;
import static dev.sluice.rollout.guard.Windows.latencies;
import static dev.sluice.rollout.guard.Windows.of;
import static dev.sluice.rollout.guard.Windows.votes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.guard.ProbeReport.Transport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private final Judge judge = new Judge(Windows.SETTINGS);

    private GuardState after(EvidenceWindow... windows) {
        GuardState state = GuardState.FRESH;
        for (EvidenceWindow window : windows) {
            state = judge.absorb(state, window, 30_000);
        }
        return state;
    }

    private Finding finding(EvidenceWindow... windows) {
        return judge.judge(after(windows), ProbeReport.NONE, Watching.STEP);
    }

    private static Figure figure(Finding finding, FigureName name) {
        return finding.figures().stream()
                .filter(figure -> figure.name() == name)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingIsNotSuccess() {
        Finding finding = finding(of(CohortWindow.EMPTY));

        assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding.reasons()).containsExactly("waiting-for-evidence");
        assertThat(finding.waitMillis()).isNull();
    }

    @Test
    void provedHealthAdvances() {
        Finding finding = finding(of(HEALTHY));

        assertThat(finding.verdict()).isEqualTo(Verdict.ADVANCE);
        assertThat(figure(finding, FigureName.ERROR_RATE).state()).isEqualTo(FigureState.NOT_APPLICABLE);
        assertThat(figure(finding, FigureName.CRITICAL_PROBE).state().wire()).isEqualTo("n/a");
    }

    @Test
    void aFewGoodOnesWaitAndSayForHowLong() {
        Finding finding = finding(of(votes(20, 0).latency(20, 20).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding.reasons()).containsExactly("waiting-for-evidence");
        assertThat(finding.waitMillis()).isBetween(30_000L, 600_000L);
    }

    @Test
    void withoutDeliveriesThereIsNoProofOfLatency() {
        Finding finding = finding(of(votes(1_000, 0).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(figure(finding, FigureName.CONNECTION_SUCCESS).state()).isEqualTo(FigureState.PASSES);
        assertThat(finding.waitMillis()).isNull();
    }

    @Test
    void aProvedFallRollsBackAndSaysWhy() {
        Finding finding = finding(of(votes(160, 40).latency(20, 1_000).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(finding.reasons()).containsExactly("connection-success");
        Figure figure = figure(finding, FigureName.CONNECTION_SUCCESS);
        assertThat(figure.value()).isEqualTo(0.8);
        assertThat(figure.bounds().upper()).isBetween(0.8, 0.9);
        assertThat(figure.bounds().lower()).isBetween(0.6, 0.8);
    }

    @Test
    void betweenTheLimitsIsNeitherForwardNorBack() {
        Finding finding = finding(of(votes(1_860, 140).latency(20, 1_000).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(finding.reasons()).containsExactly("connection-success");
    }

    @Test
    void fallbacksHoldAndAreNoFailures() {
        Finding finding =
                finding(of(votes(1_840, 0).fallbacks(160).latency(20, 1_000).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(finding.reasons()).containsExactly("fallback-rate");
        assertThat(figure(finding, FigureName.CONNECTION_SUCCESS).value()).isEqualTo(1.0);
    }

    @Test
    void fallbacksRollBackOnlyWhereThatIsConfigured() {
        GuardSettings strict = new GuardSettings(0.01, 0.05, 1, 5, 0.95, 0.5, 100, 500, 0.05, 0.10, 1.5);
        EvidenceWindow window =
                of(votes(800, 0).fallbacks(200).latency(20, 1_000).window());
        Judge other = new Judge(strict);

        Finding finding = other.judge(other.absorb(GuardState.FRESH, window, 30_000), ProbeReport.NONE, Watching.STEP);

        assertThat(finding.verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(finding.reasons()).containsExactly("fallback-rate");
    }

    @Test
    void slowDeliveriesRollBack() {
        Finding finding = finding(of(votes(1_000, 0).latency(1_500, 300).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(finding.reasons()).containsExactly("delivery-latency");
        assertThat(figure(finding, FigureName.DELIVERY_LATENCY).bounds().lower())
                .isBetween(500.0, 1_500.0);
    }

    @Test
    void moreErrorsThanOnPollingRollBack() {
        CohortWindow polling = votes(100, 0).errors(50, 1_000).window();
        Finding finding =
                finding(of(votes(1_000, 0).latency(20, 1_000).errors(150, 1_000).window(), polling));

        assertThat(finding.verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(finding.reasons()).containsExactly("error-rate");
        assertThat(figure(finding, FigureName.ERROR_RATE).value()).isBetween(2.7, 3.01);
    }

    @Test
    void aLittleMoreErrorsDoNotHoweverSureThatIs() {
        CohortWindow polling = votes(100, 0).errors(100_000, 1_000).window();
        Finding finding = finding(
                of(votes(1_000, 0).latency(20, 1_000).errors(130_000, 1_000).window(), polling));

        assertThat(figure(finding, FigureName.ERROR_RATE).rollback().enough()).isTrue();
        assertThat(finding.verdict()).isEqualTo(Verdict.ADVANCE);
    }

    @Test
    void aSickPollingIsACommonCause() {
        Finding finding = finding(
                of(votes(50, 50).latency(20, 1_000).window(), votes(5, 15).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(finding.reasons()).containsExactly("common-cause", "connection-success");
    }

    @Test
    void aHealthyPollingIsNone() {
        Finding finding = finding(of(votes(50, 50).window(), votes(100, 0).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.ROLLBACK);
    }

    @Test
    void fewClientsDecideNothing() {
        Finding finding = finding(of(votes(0, 100).voters(4).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding.reasons()).containsExactly("too-few-clients", "connection-success");
    }

    @Test
    void oneSenderDecidesNothing() {
        Finding finding = finding(of(votes(0, 100).concentrate().window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding.reasons()).startsWith("concentrated");
    }

    @Test
    void oneSenderAmongManyIsNoExcuse() {
        Finding finding = finding(
                of(votes(0, 10).concentrate().window()), of(votes(100, 100).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.ROLLBACK);
    }

    @Test
    void theProbeRollsBackOnTheThirdFailureWhilePollingPasses() {
        GuardState state = after(of(HEALTHY));

        assertThat(probed(state, 1, 0).verdict()).isEqualTo(Verdict.HOLD);
        assertThat(probed(state, 2, 0).verdict()).isEqualTo(Verdict.HOLD);
        assertThat(probed(state, 3, 0).verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(probed(state, 3, 0).reasons()).containsExactly("critical-probe");
        assertThat(probed(state, 3, 3).verdict()).isEqualTo(Verdict.HOLD);
        assertThat(probed(state, 3, 3).reasons()).containsExactly("common-cause", "critical-probe");
        assertThat(probed(state, 0, 3).verdict()).isEqualTo(Verdict.ADVANCE);
    }

    private Finding probed(GuardState state, int websocketFailures, int pollingFailures) {
        ProbeReport report = new ProbeReport(new Transport(9, websocketFailures), new Transport(9, pollingFailures));
        return judge.judge(state, report, Watching.STEP);
    }

    @Test
    void fewerUpgradeProbesThanOnTheStepBeforeHold() {
        GuardState before = after(of(votes(1_000, 0).probes(200, 190).window())).nextStep();

        Finding fell = judge.judge(
                judge.absorb(
                        before,
                        of(votes(1_000, 0).latency(20, 1_000).probes(200, 120).window()),
                        30_000),
                ProbeReport.NONE,
                Watching.STEP);
        Finding kept = judge.judge(
                judge.absorb(
                        before,
                        of(votes(1_000, 0).latency(20, 1_000).probes(200, 185).window()),
                        30_000),
                ProbeReport.NONE,
                Watching.STEP);

        assertThat(fell.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(fell.reasons()).containsExactly("upgrade-probes");
        assertThat(kept.verdict()).isEqualTo(Verdict.ADVANCE);
    }

    @Test
    void whatWasProvedIsHeldWhileItLooksBadOfLate() {
        Finding finding =
                finding(of(HEALTHY), of(HEALTHY), of(votes(6, 6).latency(20, 10).window()));

        assertThat(finding.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(finding.reasons()).containsExactly("lately-worse", "connection-success");
    }

    @Test
    void afterThePlanNewSicknessIsSeenThroughMonthsOfHealth() {
        GuardState state =
                after(of(votes(5_000_000, 100_000).latency(20, 1_000_000).window()));

        GuardState sick = judge.absorb(state, of(votes(40, 40).window()), 30_000);

        assertThat(judge.judge(state, ProbeReport.NONE, Watching.LONG_RUN).verdict())
                .isEqualTo(Verdict.ADVANCE);
        assertThat(judge.judge(sick, ProbeReport.NONE, Watching.LONG_RUN).verdict())
                .isEqualTo(Verdict.ROLLBACK);
        assertThat(judge.judge(sick.renewed(), ProbeReport.NONE, Watching.LONG_RUN)
                        .figures()
                        .get(0)
                        .rollback())
                .isEqualTo(judge.judge(sick, ProbeReport.NONE, Watching.LONG_RUN)
                        .figures()
                        .get(0)
                        .rollback());
    }

    /** One window or many: what was counted is what counts, but for what came late. */
    @Test
    void theOrderOfVotesDoesNotMatterWithinAWindow() {
        EvidenceWindow window = of(votes(90, 10).latency(40, 100).window());

        assertThat(finding(window, window)).isEqualTo(finding(window, window));
        assertThat(after(window, window).websocket().latency()).isEqualTo(latencies(40, 200));
    }

    @Test
    void aClockThatJumpsHasNoEffect() {
        EvidenceWindow jumped = new EvidenceWindow(90_000_000, 5, HEALTHY, CohortWindow.EMPTY);

        GuardState state = judge.absorb(GuardState.FRESH, jumped, -5);

        assertThat(state.spannedMillis()).isZero();
        assertThat(judge.judge(state, ProbeReport.NONE, Watching.STEP).verdict())
                .isEqualTo(Verdict.ADVANCE);
    }

    @Test
    void moreStepsAndFiguresShareOneLevel() {
        assertThat(Windows.settings(5).neededToRollBack(Watching.STEP)).isEqualTo(Math.log(3 * 5 / 0.01));
        assertThat(Windows.settings(5).neededToRollBack(Watching.LONG_RUN)).isEqualTo(Math.log(3e5));
    }

    @Test
    void preflightSaysWhenABakeIsTooShort() {
        GuardState quiet = after(of(votes(10, 0).latency(20, 20).window()));
        Percentage ten = Percentage.parse("10");
        Percentage fifty = Percentage.parse("50");

        Preflight tight = Preflight.of(judge, quiet, ten, fifty, Watching.STEP, Duration.ofSeconds(10));
        Preflight roomy = Preflight.of(judge, quiet, ten, fifty, Watching.STEP, Duration.ofHours(1));
        Preflight silent = Preflight.of(judge, GuardState.FRESH, ten, fifty, Watching.STEP, Duration.ofHours(1));

        assertThat(tight.detectMillis()).isBetween(60_000L, 120_000L);
        assertThat(tight.warning()).contains("a fall to 80 % takes about PT1M");
        assertThat(roomy.provable()).isTrue();
        assertThat(roomy.warning()).isNull();
        assertThat(silent.provable()).isFalse();
        assertThat(silent.warning()).contains("only promote advances");
    }
}
