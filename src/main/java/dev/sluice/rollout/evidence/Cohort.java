package dev.sluice.rollout.evidence;

/** The two groups that are compared. */
public enum Cohort {
    /** Clients that were offered WebSocket because of the percentage. */
    WEBSOCKET,
    /** Clients that poll because the decision says so, holdback included. */
    POLLING
}
