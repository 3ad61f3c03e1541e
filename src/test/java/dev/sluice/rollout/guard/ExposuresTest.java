package dev.sluice.rollout.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExposuresTest {

    @Test
    void theRatioIsNeverRoundedDown() {
        for (double minutes = 0.01; minutes < 900; minutes *= 1.013) {
            Exposures errors = Exposures.NONE.plus(1, minutes, 1, 1);

            assertThat(Exposures.ratio(errors.counts().get(0).step()))
                    .isBetween(minutes * (1 - 1e-12), minutes * 1.0501);
        }
    }

    @Test
    void errorsOfOneRatioAreOneCount() {
        Exposures errors = Exposures.NONE
                .plus(1, 1, 2, 1)
                .plus(5, 4, 0, 1)
                .plus(3, 1, 4, 1)
                .plus(1, 0.25, 0, 1);

        assertThat(errors.counts()).hasSize(3).isSortedAccordingTo((a, b) -> Integer.compare(a.step(), b.step()));
        assertThat(errors.counts()).contains(new Exposures.Count(0, 4, 6));
        assertThat(errors.websocketErrors()).isEqualTo(10);
        assertThat(errors.pollingErrors()).isEqualTo(6);
    }

    @Test
    void withoutAControlNothingIsCounted() {
        assertThat(Exposures.NONE.plus(9, 1, 0, 0)).isEqualTo(Exposures.NONE);
        assertThat(Exposures.NONE.plus(9, 0, 9, 1)).isEqualTo(Exposures.NONE);
        assertThat(Exposures.NONE.plus(9, Double.NaN, 9, 1)).isEqualTo(Exposures.NONE);
        assertThat(Exposures.NONE.plus(9, 1e9, 9, 1)).isEqualTo(Exposures.NONE);
        assertThat(Exposures.NONE.plus(0, 1, 0, 1)).isEqualTo(Exposures.NONE);
    }

    /** Twice as many minutes and twice as many errors are the same rate. */
    @Test
    void theEstimateWeighsExposure() {
        assertThat(Exposures.NONE.plus(200, 2, 100, 1).ratioOfRates()).isBetween(0.95, 1.0);
        assertThat(Exposures.NONE.plus(3, 1, 0, 1).ratioOfRates()).isEqualTo(Exposures.MOST);
        assertThat(Exposures.NONE.ratioOfRates()).isZero();
    }
}
