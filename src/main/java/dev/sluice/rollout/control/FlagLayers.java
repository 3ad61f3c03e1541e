package dev.sluice.rollout.control;

import dev.sluice.rollout.control.RolloutView.Sourced;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Percentage;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The layers of flags, each as it was given; a higher one that says nothing lets the one below it through. */
record FlagLayers(ConfiguredFlags lower, FlagSet api, FlagSet file, String fileName) {

    /**
     * The flags that come of it.
     *
     * @throws IllegalArgumentException where the layers together switch everything off
     */
    Flags resolve() {
        return new Flags(
                websocketEnabled().value(),
                fallbackEnabled().value(),
                rolloutPercentage().value());
    }

    Sourced<Boolean> websocketEnabled() {
        return top(FlagSet::websocketEnabled, Flags.DEFAULTS.websocketEnabled());
    }

    Sourced<Boolean> fallbackEnabled() {
        return top(FlagSet::fallbackEnabled, Flags.DEFAULTS.fallbackEnabled());
    }

    Sourced<Percentage> rolloutPercentage() {
        return top(FlagSet::rolloutPercentage, Flags.DEFAULTS.rolloutPercentage());
    }

    Sourced<?> get(FlagKey key) {
        return switch (key) {
            case WEBSOCKET_ENABLED -> websocketEnabled();
            case FALLBACK_ENABLED -> fallbackEnabled();
            case ROLLOUT_PERCENTAGE -> rolloutPercentage();
        };
    }

    /** Whether the flag file names the key, so that no operator can change it. */
    boolean pins(FlagKey key) {
        return file.get(key) != null;
    }

    FlagLayers withApi(FlagSet fresh) {
        return new FlagLayers(lower, fresh, file, fileName);
    }

    FlagLayers withFile(FlagSet fresh, String name) {
        return new FlagLayers(lower, api, fresh, name);
    }

    /** Who is to blame when everything is off, for a person. */
    String bothOff() {
        return "WEBSOCKET_ENABLED=false (from %s) together with FALLBACK_ENABLED=false (from %s) is not allowed: nobody could connect; set one of them to true"
                .formatted(
                        websocketEnabled().source().wire(),
                        fallbackEnabled().source().wire());
    }

    private <T> Sourced<T> top(Function<FlagSet, @Nullable T> key, T byDefault) {
        Map<FlagSource, FlagSet> layers = Map.of(
                FlagSource.FLAG_FILE,
                file,
                FlagSource.API,
                api,
                FlagSource.ENVIRONMENT,
                lower.environment(),
                FlagSource.APPLICATION_PROPERTIES,
                lower.properties());
        FlagSource[] sources = FlagSource.values();
        for (int i = sources.length - 1; i > 0; i--) {
            T value = key.apply(layers.getOrDefault(sources[i], FlagSet.EMPTY));
            if (value != null) {
                return new Sourced<>(value, sources[i]);
            }
        }
        return new Sourced<>(byDefault, FlagSource.DEFAULT);
    }
}
