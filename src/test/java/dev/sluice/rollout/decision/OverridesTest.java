package dev.sluice.rollout.decision;

import static dev.sluice.core.Mode.POLLING;
import static dev.sluice.core.Mode.WEBSOCKET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Mode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {
    private static final ClientFacts CLIENT =
            new ClientFacts("agent-1", "t-7", Map.of("environment", "staging", "region", "eu"), false, false);

    @ParameterizedTest
    @CsvSource({
        "agent-1,                    agent-1",
        "token:t-7,                  token:t-7",
        "label:environment=staging,  label:environment=staging",
        "agent-2,                    ",
        "token:t-8,                  ",
        "label:environment=prod,     ",
        "label:stage=staging,        ",
    })
    void matchesKeyTokenAndLabel(String selector, String found) {
        Overrides overrides = Overrides.of(List.of(override(selector, POLLING)));

        ClientOverride match = overrides.find(CLIENT);

        assertThat(match == null ? null : match.selector()).isEqualTo(found);
    }

    @Test
    void theMostSpecificWins() {
        ClientOverride key = override("agent-1", WEBSOCKET);
        ClientOverride token = override("token:t-7", WEBSOCKET);
        ClientOverride label = override("label:region=eu", POLLING);

        assertThat(Overrides.of(List.of(label, token, key)).find(CLIENT)).isEqualTo(key);
        assertThat(Overrides.of(List.of(label, token)).find(CLIENT)).isEqualTo(token);
        assertThat(Overrides.of(List.of(label)).find(CLIENT)).isEqualTo(label);
    }

    @Test
    void pollingBeatsWebSocketAmongLabels() {
        ClientOverride allow = override("label:environment=staging", WEBSOCKET);
        ClientOverride deny = override("label:region=eu", POLLING);

        assertThat(Overrides.of(List.of(allow, deny)).find(CLIENT)).isEqualTo(deny);
        assertThat(Overrides.of(List.of(deny, allow)).find(CLIENT)).isEqualTo(deny);
    }

    @Test
    void pollingBeatsWebSocketWhereOneSelectorStandsTwice() {
        ClientOverride allow = override("agent-1", WEBSOCKET);
        ClientOverride deny = override("agent-1", POLLING);

        assertThat(Overrides.of(List.of(allow, deny)).find(CLIENT)).isEqualTo(deny);
        assertThat(Overrides.of(List.of(deny, allow)).find(CLIENT)).isEqualTo(deny);
    }

    @Test
    void aClientThatNamesItselfLikeATokenIsNotThatToken() {
        Overrides overrides = Overrides.of(List.of(override("token:t-7", WEBSOCKET)));

        assertThat(overrides.find(ClientFacts.of("token:t-7"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "token:", "label:", "label:environment", "label:=staging", "a\nb"})
    void refusesASelectorThatNamesNobody(String selector) {
        assertThatThrownBy(() -> Selector.parse(selector))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(Selector.ALLOWED);
    }

    @Test
    void aLabelsValueMayHoldAnEqualsSign() {
        assertThat(Selector.parse("label:a=b=c")).isEqualTo(new Selector(Selector.Kind.LABEL, "a", "b=c"));
    }

    private static ClientOverride override(String selector, Mode mode) {
        return new ClientOverride(selector, mode, null, "token:ops", Instant.EPOCH);
    }
}
