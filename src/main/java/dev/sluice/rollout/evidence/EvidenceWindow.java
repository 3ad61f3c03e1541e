package dev.sluice.rollout.evidence;

/**
 * What was settled between two looks of the guard, as counters alone: windows are added up by whoever judges, and the
 * same counters give the same verdict anywhere and any time.
 *
 * @param fromMillis the end of the window before
 * @param toMillis when this one was closed
 * @param websocket clients that were offered WebSocket
 * @param polling clients that poll because the decision says so, holdback included
 */
public record EvidenceWindow(long fromMillis, long toMillis, CohortWindow websocket, CohortWindow polling) {}
