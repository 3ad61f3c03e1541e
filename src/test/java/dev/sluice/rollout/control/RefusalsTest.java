package dev.sluice.rollout.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final Refusals refusals = new Refusals(clock, 3);

    @Test
    void threeRefusalsOverAMinuteWithoutHttpMeanThatItCannotPoll() {
        refuse("old", 2);
        assertThat(refusals.cannotPoll("old")).isFalse();

        refuse("old", 1);

        assertThat(refusals.cannotPoll("old")).isTrue();
        assertThat(refusals.cannotPoll("other")).isFalse();
    }

    @Test
    void manyRefusalsWithinAMinuteAreNotEnough() {
        for (int i = 0; i < 50; i++) {
            refusals.refused("hasty");
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(refusals.cannotPoll("hasty")).isFalse();

        clock.advance(Duration.ofSeconds(10));
        refusals.refused("hasty");

        assertThat(refusals.cannotPoll("hasty")).isTrue();
    }

    @Test
    void anHttpRequestInBetweenStartsTheCountAfresh() {
        refuse("able", 2);
        refusals.sawHttp("able");

        refuse("able", 2);
        assertThat(refusals.cannotPoll("able")).isFalse();
        refuse("able", 1);

        assertThat(refusals.cannotPoll("able")).isTrue();
    }

    @Test
    void itIsForgottenAfterADay() {
        refuse("old", 3);
        refusals.sawHttp("old");

        clock.advance(Duration.ofHours(23));
        assertThat(refusals.cannotPoll("old")).isTrue();
        clock.advance(Duration.ofHours(1));

        assertThat(refusals.cannotPoll("old")).isFalse();
    }

    @Test
    void zeroSwitchesItOff() {
        Refusals off = new Refusals(clock, 0);

        for (int i = 0; i < 10; i++) {
            off.refused("old");
            clock.advance(HALF_A_MINUTE);
        }

        assertThat(off.cannotPoll("old")).isFalse();
    }

    @Test
    void namesThatSomebodyMakesUpDoNotPushOutWhoWasFound() {
        Refusals small = new Refusals(clock, 3, 16);
        for (int i = 0; i < 3; i++) {
            small.refused("old");
            clock.advance(HALF_A_MINUTE);
        }

        for (int i = 0; i < 10_000; i++) {
            small.refused("made-up-" + i);
        }

        assertThat(small.cannotPoll("old")).isTrue();
    }

    private void refuse(String key, int times) {
        for (int i = 0; i < times; i++) {
            refusals.refused(key);
            clock.advance(HALF_A_MINUTE);
        }
    }
}
