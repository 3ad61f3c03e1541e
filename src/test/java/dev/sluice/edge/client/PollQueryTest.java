package dev.sluice.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollQueryTest {

    @Test
    void readsWhatPollsSay() {
        assertThat(PollQuery.of("wait=25&after=abc~d.1.2.3&limit=7")).isEqualTo(new PollQuery(25, 7, "abc~d.1.2.3"));
    }

    @Test
    void whatIsNotSaidIsAsDocumented() {
        assertThat(PollQuery.of("")).isEqualTo(new PollQuery(0, 100, null));
        assertThat(PollQuery.of("wait=0")).isEqualTo(new PollQuery(0, 100, null));
    }

    @Test
    void whatIsTooMuchCountsAsTheBound() {
        assertThat(PollQuery.of("wait=999&limit=0")).isEqualTo(new PollQuery(55, 1, null));
        assertThat(PollQuery.of("limit=1001")).isEqualTo(new PollQuery(0, 1_000, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after=a%7Eb",
                "after=a+b",
                "wait=",
                "wait=-1",
                "wait=1s",
                "wait=9999999",
                "limit=x",
                "wait=1&wait=2",
                "after=a&after=b",
                "token=t",
                "fallback=none",
                "&",
                "wait",
                "waiting=1"
            })
    void whateverIsUnusualIsReadTheUsualWay(String query) {
        assertThat(PollQuery.of(query)).isNull();
    }
}
