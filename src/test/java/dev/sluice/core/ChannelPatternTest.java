package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelPatternTest {

    @ParameterizedTest
    @CsvSource({
        "news, news, true",
        "news, news2, false",
        "news-*, news-, true",
        "news-*, news-a-b, true",
        "news-*, new, false",
        "*, anything, true",
        "*-eu, news-eu, true",
        "*-eu, news-eu-2, false",
        "a*b*c, aXbYc, true",
        "a*b*c, abcbc, true",
        "a*b*c, acb, false",
        "a.c, abc, false",
        "private-user-*, private-user-7, true"
    })
    void matchesWholeNames(String pattern, String name, boolean matches) {
        assertThat(new ChannelPattern(pattern).matches(new ChannelName(name))).isEqualTo(matches);
    }

    @Test
    void aLongNameIsNoBurden() {
        ChannelPattern pattern = new ChannelPattern("*a*a*a*a*a*a*a*b");

        assertThat(pattern.matches(new ChannelName("a".repeat(200)))).isFalse();
    }

    @Test
    void namesAreBounded() {
        for (String wrong : new String[] {"", "a".repeat(201), "a\nb", "\u0000"}) {
            assertThatThrownBy(() -> new ChannelName(wrong)).isInstanceOf(SluiceException.class);
        }
    }
}
