package dev.sluice.rollout.drain;

import java.time.Instant;

/**
 * How far the clients have followed the decision, on this node.
 *
 * @param present clients that are connected or poll
 * @param assigned those of them whom the decision puts on WebSocket
 * @param able those of the assigned that have shown that they can use WebSocket
 * @param connected those of the assigned that are on WebSocket
 * @param revision of the rollout that they were counted under
 * @param at when they were counted
 */
public record Share(int present, int assigned, int able, int connected, long revision, Instant at) {

    /** Of all present, 0 to 1; 0 where nobody is. */
    public double assignedShare() {
        return present == 0 ? 0 : (double) assigned / present;
    }

    /** Of all present, 0 to 1; 0 where nobody is. */
    public double ableShare() {
        return present == 0 ? 0 : (double) able / present;
    }

    /** Of all present, 0 to 1; 0 where nobody is. */
    public double connectedShare() {
        return present == 0 ? 0 : (double) connected / present;
    }

    /** How much of what can be connected is, 0 to 1; 1 where nobody can. */
    public double followed() {
        return able == 0 ? 1 : (double) connected / able;
    }
}
