package dev.sluice.rollout.guard;

import java.util.Locale;

/** Why a verdict is what it is, besides the figures themselves. */
public enum Ground {
    /** Not enough evidence yet. */
    WAITING_FOR_EVIDENCE,
    /** Fewer distinct clients than {@code min-clients}. */
    TOO_FEW_CLIENTS,
    /** Too many votes may come from one sender. */
    CONCENTRATED,
    /** Polling is as sick as WebSocket: going back would help nobody. */
    COMMON_CAUSE,
    /** Proved good on the whole, but not of late. */
    LATELY_WORSE,
    /** A person rolled back. */
    OPERATOR,
    /** {@code sluice.rollout.guard.enabled=false}. */
    GUARD_DISABLED;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String wire() {
        return wire;
    }
}
