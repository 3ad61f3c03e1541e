package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.ChannelPolicies.Rule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelPoliciesTest {
    private final ChannelPolicies policies = new ChannelPolicies(
            List.of(
                    new Rule("*", sized(1)),
                    new Rule("news.*", sized(2)),
                    new Rule("news.*.live", sized(3)),
                    new Rule("news.sport.live", sized(4)),
                    new Rule("a.b", sized(5))),
            ChannelPolicy.DEFAULT);

    private static ChannelPolicy sized(int size) {
        return new ChannelPolicy(size, 1, Duration.ofMinutes(1), false, ChannelPolicy.Overflow.CLOSE);
    }

    private int of(String channel) {
        return policies.of(new ChannelName(channel)).size();
    }

    @Test
    void theMostExactPatternHolds() {
        assertThat(of("weather")).isEqualTo(1);
        assertThat(of("news.sport")).isEqualTo(2);
        assertThat(of("news.culture.live")).isEqualTo(3);
        assertThat(of("news.sport.live")).isEqualTo(4);
    }

    @Test
    void onlyTheStarIsSpecial() {
        assertThat(of("a.b")).isEqualTo(5);
        assertThat(of("axb")).isEqualTo(1);
    }

    @Test
    void withoutARuleTheDefaultHolds() {
        ChannelPolicies none = new ChannelPolicies(List.of(), ChannelPolicy.DEFAULT);

        assertThat(none.of(new ChannelName("x"))).isEqualTo(ChannelPolicy.DEFAULT);
    }
}
