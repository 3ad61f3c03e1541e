package dev.sluice.rollout.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FallbacksTest {
    private final ManualClock clock = new ManualClock();
    private final Fallbacks fallbacks = new Fallbacks(clock);

    @ParameterizedTest
    @CsvSource({"1, 60", "2, 120", "3, 240", "4, 480", "5, 600", "6, 600"})
    void eachFailureThatFollowsDoublesTheTimeUpToTenMinutes(int failures, int seconds) {
        for (int i = 1; i < failures; i++) {
            fallbacks.webSocketFailed("c");
            clock.advance(Fallbacks.LONGEST);
        }

        fallbacks.webSocketFailed("c");

        clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(fallbacks.isFallback("c")).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(fallbacks.isFallback("c")).isFalse();
    }

    @Test
    void failuresWhileInFallbackAreTheSameFailure() {
        fallbacks.webSocketFailed("c");
        clock.advance(Duration.ofSeconds(30));

        fallbacks.webSocketFailed("c");

        clock.advance(Duration.ofSeconds(30));
        assertThat(fallbacks.isFallback("c")).isFalse();
    }

    @Test
    void aWebSocketThatWorksStartsAfresh() {
        fallbacks.webSocketFailed("c");
        clock.advance(Fallbacks.FIRST);
        fallbacks.webSocketFailed("c");

        fallbacks.webSocketWorked("c");
        assertThat(fallbacks.isFallback("c")).isFalse();
        fallbacks.webSocketFailed("c");

        clock.advance(Fallbacks.FIRST);
        assertThat(fallbacks.isFallback("c")).isFalse();
    }

    @Test
    void aClientNobodyComplainedOfIsInNoFallback() {
        assertThat(fallbacks.isFallback("c")).isFalse();
    }
}
