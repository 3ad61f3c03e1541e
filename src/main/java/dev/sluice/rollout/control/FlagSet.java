package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.Percentage;
import org.jspecify.annotations.Nullable;

/** What one layer says about the flags; null where it says nothing. */
public record FlagSet(
        @Nullable Boolean websocketEnabled, @Nullable Boolean fallbackEnabled, @Nullable Percentage rolloutPercentage) {

    /** A layer that says nothing. */
    public static final FlagSet EMPTY = new FlagSet(null, null, null);

    /** What it says about one key, null where nothing. */
    public @Nullable Object get(FlagKey key) {
        return switch (key) {
            case WEBSOCKET_ENABLED -> websocketEnabled;
            case FALLBACK_ENABLED -> fallbackEnabled;
            case ROLLOUT_PERCENTAGE -> rolloutPercentage;
        };
    }

    FlagSet withTarget(@Nullable Percentage target) {
        return new FlagSet(websocketEnabled, fallbackEnabled, target);
    }
}
