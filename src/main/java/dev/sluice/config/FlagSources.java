package dev.sluice.config;

import dev.sluice.rollout.control.ConfiguredFlags;
import dev.sluice.rollout.control.FlagSet;
import dev.sluice.rollout.control.FlagSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The flags of the layers that are read once at start: application.properties and the environment. System properties
 * and a {@code .env} file count as environment, whatever lies below them as application.properties.
 */
public final class FlagSources {
    /** The ordinal of a {@code .env} file in SmallRye Config; the environment has 300, system properties 400. */
    private static final int ENVIRONMENT_FROM = 295;

    private FlagSources() {}

    /**
     * Reads both layers. Any thread; does no I/O of its own.
     *
     * @throws IllegalStateException with a message for a person that names the layer, the key, the value and what is
     *     allowed; the gateway must not start
     */
    public static ConfiguredFlags read(Config config) {
        Map<String, String> properties = new HashMap<>();
        Map<String, String> environment = new HashMap<>();
        for (String key : FlagText.KEYS) {
            Given given = given(config, key);
            if (given != null) {
                (given.ordinal >= ENVIRONMENT_FROM ? environment : properties).put(key, given.value);
            }
        }
        return new ConfiguredFlags(
                parse(properties, FlagSource.APPLICATION_PROPERTIES), parse(environment, FlagSource.ENVIRONMENT));
    }

    private static FlagSet parse(Map<String, String> layer, FlagSource source) {
        try {
            return FlagText.parse(layer);
        } catch (InvalidFlagException e) {
            throw new IllegalStateException("%s (from %s)".formatted(e.getMessage(), source.wire()), e);
        }
    }

    /** The value that wins; where that is empty, which containers make of an unset variable, the next below it. */
    private static @Nullable Given given(Config config, String key) {
        ConfigValue winner = config.getConfigValue(key);
        String value = winner.getValue();
        if (value != null && !value.isBlank()) {
            return new Given(value, winner.getSourceOrdinal());
        }
        return StreamSupport.stream(config.getConfigSources().spliterator(), false)
                .map(source -> given(source, key))
                .filter(given -> given != null && !given.value.isBlank())
                .max((a, b) -> Integer.compare(a.ordinal, b.ordinal))
                .orElse(null);
    }

    private static @Nullable Given given(ConfigSource source, String key) {
        String value = source.getValue(key);
        return value == null ? null : new Given(value, source.getOrdinal());
    }

    private record Given(String value, int ordinal) {}
}
