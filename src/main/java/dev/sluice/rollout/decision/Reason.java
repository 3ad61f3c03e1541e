package dev.sluice.rollout.decision;

import java.util.Locale;

/** Why a client is served the way it is; the words clients and operators see. */
public enum Reason {
    /** On WebSocket although it would poll: the traffic of a private cluster hangs on it. */
    TUNNEL,
    /** Polling: {@code WEBSOCKET_ENABLED=false}, which beats everything. */
    WEBSOCKET_DISABLED,
    /** Polling: the guard's ceiling is 0. */
    ROLLBACK,
    /** An operator said so for this client, its token or one of its labels. */
    OVERRIDE,
    /** Polling: in the sample that stays behind for comparison. */
    HOLDBACK,
    /** On WebSocket: its bucket lies within the percentage. */
    IN_ROLLOUT,
    /** Polling: its bucket lies outside the percentage. */
    OUTSIDE_ROLLOUT,
    /** On WebSocket although it would poll: it cannot. */
    CANNOT_POLL;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The slug that stands in answers and metrics. */
    public String wire() {
        return wire;
    }
}
