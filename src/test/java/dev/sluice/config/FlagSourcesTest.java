package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.rollout.control.ConfiguredFlags;
import dev.sluice.rollout.control.FlagSet;
import dev.sluice.rollout.decision.Percentage;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagSourcesTest {
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> system = new HashMap<>();

    @Test
    void nothingGivenIsNothingSaid() {
        assertThat(read()).isEqualTo(ConfiguredFlags.NONE);
    }

    @Test
    void eachLayerSaysWhatWinsInIt() {
        properties.put("FALLBACK_ENABLED", "false");
        properties.put("ROLLOUT_PERCENTAGE", "10");
        environment.put("ROLLOUT_PERCENTAGE", "37.5");
        environment.put("WEBSOCKET_ENABLED", "TRUE");

        ConfiguredFlags flags = read();

        assertThat(flags.properties()).isEqualTo(new FlagSet(null, false, null));
        assertThat(flags.environment()).isEqualTo(new FlagSet(true, null, Percentage.parse("37.5")));
    }

    @Test
    void aSystemPropertyCountsAsEnvironment() {
        environment.put("ROLLOUT_PERCENTAGE", "10");
        system.put("ROLLOUT_PERCENTAGE", "20");

        assertThat(read().environment().rolloutPercentage()).hasToString("20");
    }

    @Test
    void anEmptyVariableIsUnsetAndUncoversWhatLiesBelow() {
        environment.put("FALLBACK_ENABLED", "");
        environment.put("ROLLOUT_PERCENTAGE", "  ");
        properties.put("FALLBACK_ENABLED", "false");

        ConfiguredFlags flags = read();

        assertThat(flags.environment()).isEqualTo(FlagSet.EMPTY);
        assertThat(flags.properties()).isEqualTo(new FlagSet(null, false, null));
    }

    @Test
    void theAliasMeansTheSameKey() {
        properties.put("ROLLOUT_PERCENTAGE", "50");
        environment.put("WEBSOCKET_ROLLOUT_PERCENTAGE", "10");

        ConfiguredFlags flags = read();

        assertThat(flags.properties().rolloutPercentage()).hasToString("50");
        assertThat(flags.environment().rolloutPercentage()).hasToString("10");
    }

    @Test
    void bothNamesMayAgreeButNotDifferInOneLayer() {
        environment.put("ROLLOUT_PERCENTAGE", "50");
        environment.put("WEBSOCKET_ROLLOUT_PERCENTAGE", "50.0");
        assertThat(read().environment().rolloutPercentage()).hasToString("50");

        environment.put("WEBSOCKET_ROLLOUT_PERCENTAGE", "51");

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("WEBSOCKET_ROLLOUT_PERCENTAGE=51 is not valid: must be left out, or the same as"
                        + " ROLLOUT_PERCENTAGE=50 (from environment)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "0", "on", "tru", "null"})
    void aSwitchIsTrueOrFalse(String value) {
        environment.put("WEBSOCKET_ENABLED", value);

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("WEBSOCKET_ENABLED=%s is not valid: must be true or false (from environment)", value);
    }

    @ParameterizedTest
    @CsvSource({"-1", "100.01", "101", "33.333", "50%", "fifty", "NaN", "1e999999999"})
    void aPercentageHasItsBounds(String value) {
        properties.put("ROLLOUT_PERCENTAGE", value);

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "ROLLOUT_PERCENTAGE=%s is not valid: must be %s (from application.properties)",
                        value, Percentage.ALLOWED);
    }

    @Test
    void aValueCannotForgeALineOfTheLog() {
        environment.put("WEBSOCKET_ENABLED", "no\nINFO all is well" + "x".repeat(500));

        assertThatThrownBy(this::read)
                .message()
                .doesNotContain("\n")
                .contains("no?INFO")
                .hasSizeLessThan(200);
    }

    private ConfiguredFlags read() {
        Config config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "application.properties", 250))
                .withSources(new EnvConfigSource(environment, 300))
                .withSources(new PropertiesConfigSource(system, "system", 400))
                .build();
        return FlagSources.read(config);
    }
}
