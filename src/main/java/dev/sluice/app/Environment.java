package dev.sluice.app;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What {@code main} may ask before there is any configuration: system properties and, below them, environment
 * variables. Blank counts as unset.
 */
final class Environment {
    private final UnaryOperator<@Nullable String> variables;
    private final UnaryOperator<@Nullable String> properties;

    Environment(UnaryOperator<@Nullable String> variables, UnaryOperator<@Nullable String> properties) {
        this.variables = variables;
        this.properties = properties;
    }

    static Environment ofProcess() {
        return new Environment(System::getenv, System::getProperty);
    }

    /** The value of {@code SLUICE_DATA_DIR}, which {@code -Dsluice.data.dir} goes ahead of; null where unset. */
    @Nullable
    String get(String variable) {
        String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
        String value = properties.apply(property);
        if (value == null || value.isBlank()) {
            value = variables.apply(variable);
        }
        return value == null || value.isBlank() ? null : value.strip();
    }
}
