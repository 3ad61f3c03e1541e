package dev.sluice.rollout.drain;

import dev.sluice.rollout.decision.RolloutState;
import java.util.Locale;

/** What set a drain off. The graver stands later. */
public enum DrainCause {
    /** Overrides or {@code FALLBACK_ENABLED}: some clients are decided otherwise. */
    CHANGED,
    /** More clients are in the rollout: waiting polls are told. */
    RAISED,
    /** The effective percentage fell because an operator, or the flag file, lowered it. */
    LOWERED,
    /** The ceiling fell. */
    ROLLBACK,
    /** {@code WEBSOCKET_ENABLED=false}. */
    WEBSOCKET_DISABLED,
    /** This node goes down. */
    SHUTDOWN;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The slug in answers and metrics. */
    public String wire() {
        return wire;
    }

    static DrainCause of(RolloutState before, RolloutState now) {
        if (before.flags().websocketEnabled() && !now.flags().websocketEnabled()) {
            return WEBSOCKET_DISABLED;
        }
        if (now.ceiling().compareTo(before.ceiling()) < 0) {
            return ROLLBACK;
        }
        int change = now.effective().compareTo(before.effective());
        if (change < 0) {
            return LOWERED;
        }
        boolean on = !before.flags().websocketEnabled() && now.flags().websocketEnabled();
        return change > 0 || on ? RAISED : CHANGED;
    }

    /** WebSocket is thought to be broken: everybody is told within five seconds, whatever else is going on. */
    boolean urgent() {
        return this == ROLLBACK || this == WEBSOCKET_DISABLED;
    }

    /** Sends clients to polling for no reason that could not wait until polling is well. */
    boolean mayWait() {
        return this == LOWERED || this == CHANGED;
    }

    /** Whether it still stands after another change. */
    boolean outlasts(RolloutState before, RolloutState now) {
        return switch (this) {
            case WEBSOCKET_DISABLED -> !now.flags().websocketEnabled();
            case ROLLBACK -> now.ceiling().compareTo(before.ceiling()) <= 0;
            case SHUTDOWN -> true;
            default -> false;
        };
    }
}
