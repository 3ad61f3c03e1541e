package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.CohortWindow.Probes;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.evidence.LatencyCounts;
import dev.sluice.rollout.guard.Deliberation;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.GuardState;
import dev.sluice.rollout.guard.Judge;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.guard.Watching;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliberationTextTest {
    private static final GuardSettings SETTINGS =
            new GuardSettings(0.01, 0.05, 3, 5, 0.95, 0.90, 100, 500, 0.05, 0.3, 1.5);

    private static String text(Watching watching) {
        long seed = 7;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Judge judge = new Judge(SETTINGS);
        GuardState state = GuardState.FRESH;
        for (int i = 0; i < 50; i++) {
            state = judge.absorb(state, new EvidenceWindow(0, 1, cohort(random), cohort(random)), 30_000);
            state = i == 25 ? state.nextStep() : state;
        }
        ProbeReport probes = new ProbeReport(new ProbeReport.Transport(8, 1), new ProbeReport.Transport(8, 0));
        return DeliberationText.write(
                new Deliberation(SETTINGS, state, probes, watching, judge.judge(state, probes, watching)));
    }

    private static CohortWindow cohort(Random random) {
        long[] latencies = new long[LatencyCounts.BUCKETS];
        for (int i = 0; i < 30; i++) {
            latencies[LatencyCounts.bucketOf(random.nextDouble() * 400)]++;
        }
        return new CohortWindow(
                80 + random.nextInt(20),
                random.nextInt(8),
                random.nextInt(5),
                3,
                40,
                false,
                LatencyCounts.of(latencies),
                random.nextInt(6),
                random.nextDouble() * 50,
                new Probes(30, 20 + random.nextInt(10)));
    }

    @ParameterizedTest
    @EnumSource(Watching.class)
    void aVerdictIsReachedAgainToTheLastBit(Watching watching) {
        assertThat(DeliberationText.replay(text(watching))).containsEntry("matches", true);
    }

    @Test
    void otherCountersGiveAnotherVerdict() {
        String forged = text(Watching.STEP).replaceFirst("\"failures\":\\d+", "\"failures\":9000");

        assertThat(DeliberationText.replay(forged)).containsEntry("matches", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "7", "{\"settings\":{}}", "{", "{\"settings\":{\"alpha\":\"x\"}}"})
    void whatCannotBeReplayedIsSaidToBe(String text) {
        assertThatThrownBy(() -> DeliberationText.replay(text))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.NOT_FOUND));
    }
}
