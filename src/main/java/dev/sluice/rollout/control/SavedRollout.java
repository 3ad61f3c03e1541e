package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Percentage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators said over the API and what survives a restart.
 *
 * @param target null while nobody has set one, or after it was given back to the configuration
 * @param websocketEnabled null while nobody has set it over the API
 * @param fallbackEnabled null while nobody has set it over the API
 * @param ceiling the guard's, so that what was rolled back does not come up again by a restart
 * @param plan null while no guard has begun
 */
public record SavedRollout(
        @Nullable Percentage target,
        @Nullable Boolean websocketEnabled,
        @Nullable Boolean fallbackEnabled,
        long revision,
        List<ClientOverride> overrides,
        Percentage ceiling,
        @Nullable SavedPlan plan) {

    /** A gateway that was never told anything. */
    public static final SavedRollout EMPTY = new SavedRollout(null, null, null, 0, List.of());

    public SavedRollout {
        overrides = List.copyOf(overrides);
    }

    /** The same before any guard has begun. */
    public SavedRollout(
            @Nullable Percentage target,
            @Nullable Boolean websocketEnabled,
            @Nullable Boolean fallbackEnabled,
            long revision,
            List<ClientOverride> overrides) {
        this(target, websocketEnabled, fallbackEnabled, revision, overrides, Percentage.FULL, null);
    }
}
