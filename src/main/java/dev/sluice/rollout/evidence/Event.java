package dev.sluice.rollout.evidence;

/** What can be recorded of a client. The names are what happened; what follows from it is {@link AttemptLedger}'s. */
public enum Event {
    /** The client declared that it can use WebSocket. */
    ABLE,
    /** It lives on polling, and an answer of ours named the WebSocket: not to try is to stay where it is. */
    OFFERED_WHILE_POLLING,
    /** It asked where to connect and was told WebSocket: it is expected to come at once. */
    OFFERED_ONCE,
    /** It began on polling with an upgrade on offer, which its library tries at once: not to is to stay there. */
    OFFERED_UPGRADE,
    /** It asks for a WebSocket, with whatever the protocol wants as proof of who it is. */
    TRIED,
    /** Its first frame was answered. */
    WORKED,
    /** Its connection died before it worked, or we could not serve it. */
    FAILED,
    /** We turned it away, or what it sent was no good: neither says anything about the network. */
    REFUSED,
    /** A connection that had not said whose it is turned out to be another client's: this one had no attempt. */
    MISTAKEN,
    /** A working connection ended the way it should: closed by the client, moved, drained. */
    LEFT,
    /** A working connection was cut or went silent. Counts as an error once the client shows that it is alive. */
    LOST,
    /** It is there, over HTTP, neither offered WebSocket nor in the polling cohort. */
    SEEN,
    /** A request or connection of it failed through our fault, on WebSocket. */
    WEBSOCKET_ERROR,
    /** It polls because the decision says so, and was served. */
    POLL_SERVED,
    /** It polls because the decision says so, and we failed it. */
    POLL_FAILED,
    /** It reports that it is connected. The gateway knows better, so this only shows that it can use WebSocket. */
    REPORTED_CONNECTED,
    /** It reports that it could not connect. Counts for an attempt we know of, unless we see it work in time. */
    REPORTED_FAILED,
    /** It reports that it uses polling instead. */
    REPORTED_FALLBACK;

    private static final Event[] ALL = values();

    static Event at(int ordinal) {
        return ALL[ordinal];
    }
}
