package dev.sluice.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.RateLimits.Purse;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final String ADDRESS = "192.0.2.1";

    private final RateLimits rates = new RateLimits(1, 1);

    @Test
    void whoKeepsAPurseSpendsFromTheBudgetOfItsAddress() {
        Purse one = rates.purse(ADDRESS);
        Purse other = rates.purse(ADDRESS);

        one.spend(0);
        other.spend(0);

        assertThatThrownBy(() -> rates.spendAddress(ADDRESS))
                .isInstanceOfSatisfying(SluiceException.class, refused -> assertThat(refused.code())
                        .isEqualTo(ProblemCode.RATE_LIMITED));
        assertThatThrownBy(() -> one.spend(1)).isInstanceOf(SluiceException.class);
    }

    @Test
    void aPurseFindsTheSameBudgetAgain() {
        Purse purse = rates.purse(ADDRESS);
        purse.spend(0);
        rates.spendAddress(ADDRESS);

        assertThatThrownBy(() -> purse.spend(60_000)).isInstanceOf(SluiceException.class);
    }

    @Test
    void addressesHaveBudgetsOfTheirOwn() {
        Purse purse = rates.purse(ADDRESS);
        purse.spend(0);
        purse.spend(0);

        rates.purse("192.0.2.2").spend(0);

        assertThatThrownBy(() -> purse.spend(0)).isInstanceOf(SluiceException.class);
    }
}
