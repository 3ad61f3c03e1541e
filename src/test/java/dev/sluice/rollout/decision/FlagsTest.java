package dev.sluice.rollout.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FlagsTest {

    @Test
    void everythingIsOnByDefault() {
        assertThat(Flags.DEFAULTS).isEqualTo(new Flags(true, true, Percentage.parse("100")));
    }

    @Test
    void bothOffCannotBeBuilt() {
        assertThatThrownBy(() -> new Flags(false, false, Percentage.FULL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(Flags.NOBODY_COULD_CONNECT);
    }
}
