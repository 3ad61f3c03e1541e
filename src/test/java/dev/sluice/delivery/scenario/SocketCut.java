package dev.sluice.delivery.scenario;

/** The moments at which a Socket.IO story takes the first connection away from its client. */
enum SocketCut {
    /** Handed over, not accepted by the socket. */
    BEFORE_THE_WRITE,
    /** Accepted by the socket, lost on the way; or the answer of a GET was. */
    AFTER_THE_WRITE,
    /** All of it arrived; the next GET, or the pong, did not. */
    BEFORE_THE_ACKNOWLEDGEMENT,
    /** What was said behind a ping is lost, and the pong still arrives. */
    BEHIND_THE_PING,
    /** While namespaces are being connected. */
    DURING_THE_ATTACH,
    /** In the middle of the upgrade. */
    DURING_THE_PROBE,
    /** The client has just said that the WebSocket takes over. */
    AFTER_THE_UPGRADE,
    /** The client came back and the gateway has not noticed that the old connection is gone. */
    BOTH_ATTACHED,
    /** It came back twice. */
    SUPERSEDED,
    /** It takes something back that was said over the connection before and is not heard so far. */
    OVERTAKEN,
    /** The gateway sends it away. */
    MOVED_AWAY,
    /** The socket takes nothing for a while. */
    SLOW,
    /** Nothing is under way. */
    CLEAN,
    /** Its sessions may outlive their grace. */
    AWAY_FOR_LONG,
    /** The gateway dies with all that was not written. */
    KILLED;

    /** How a client connects. */
    enum Way {
        POLLING,
        /** It begins by polling and goes on with a WebSocket. */
        UPGRADING,
        WEBSOCKET
    }
}
