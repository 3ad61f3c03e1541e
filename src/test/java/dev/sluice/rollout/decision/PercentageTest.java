package dev.sluice.rollout.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentageTest {

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "0.00000,0", "37.5,3750", "37.50000,3750", "0.25,25", "100,10000", "1e2,10000", "5E-1,50"
    })
    void readsHundredths(String text, int hundredths) {
        assertThat(Percentage.of(new BigDecimal(text)).hundredths()).isEqualTo(hundredths);
    }

    /** An exponent with a minus and nine digits once kept a thread busy for minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"-0.01", "100.01", "37.123", "1e-3", "1e999999999", "1e-999999999", "-1e999999999"})
    void refusesTheRestAtOnce(String text) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThatIllegalArgumentException()
                .isThrownBy(() -> Percentage.of(new BigDecimal(text))));
    }
}
