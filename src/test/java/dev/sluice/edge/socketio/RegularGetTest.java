package dev.sluice.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegularGetTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EIO=4&transport=polling&t=OyX1.7&sid=abc",
                "transport=polling&EIO=4&sid=abc",
                "sid=abc&t=&EIO=4&transport=polling"
            })
    void aGetAsTheReferenceSendsItIsRecognised(String query) {
        assertThat(RegularGet.asksFor(query, "abc")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EIO=4&transport=polling&sid=abcd",
                "EIO=4&transport=polling&sid=ab",
                "EIO=4&transport=polling",
                "EIO=3&transport=polling&sid=abc",
                "EIO=4&transport=websocket&sid=abc",
                "EIO=4&sid=abc",
                "",
                "EIO=4&transport=polling&sid=abc&token=t",
                "EIO=4&transport=polling&sid=abc&sid=abd"
            })
    void anythingElseIsNot(String query) {
        assertThat(RegularGet.asksFor(query, "abc")).isFalse();
    }
}
