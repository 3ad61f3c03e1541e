package dev.sluice.rollout.drain;

/**
 * The clients of one protocol on this node, and what another state would mean for them.
 *
 * @param websocket present over WebSocket
 * @param polling present over HTTP
 * @param assigned whom the state in force puts on WebSocket
 * @param able those of the assigned that have shown that they can use WebSocket
 * @param connected those of the assigned that are on WebSocket
 * @param wouldBeAssigned whom the other state would put on WebSocket
 * @param toPolling on WebSocket now, and would have to leave it
 * @param toWebsocket served by polling now, and would be offered WebSocket
 */
public record Headcount(
        int websocket,
        int polling,
        int assigned,
        int able,
        int connected,
        int wouldBeAssigned,
        int toPolling,
        int toWebsocket) {
    public static final Headcount NOBODY = new Headcount(0, 0, 0, 0, 0, 0, 0, 0);

    public int present() {
        return websocket + polling;
    }

    public Headcount plus(Headcount other) {
        return new Headcount(
                websocket + other.websocket,
                polling + other.polling,
                assigned + other.assigned,
                able + other.able,
                connected + other.connected,
                wouldBeAssigned + other.wouldBeAssigned,
                toPolling + other.toPolling,
                toWebsocket + other.toWebsocket);
    }
}
