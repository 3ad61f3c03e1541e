package dev.sluice.delivery.scenario;

/** The moments at which a story takes the first connection away from its client. */
enum CutPoint {
    /** Handed over, not accepted by the socket. */
    BEFORE_THE_WRITE,
    /** Accepted by the socket, lost on the way. */
    AFTER_THE_WRITE,
    /** Some of it arrived. */
    HALF_RECEIVED,
    /** All of it arrived, the acknowledgement did not. */
    BEFORE_THE_ACKNOWLEDGEMENT,
    /** The new connection attaches while the old one still writes, and the old one talks on. */
    DURING_AN_ATTACH,
    /** The client got nothing and the gateway believes that it did. */
    RESPONSE_LOST_UNNOTICED,
    /** Both stay open; the old one ends whenever it likes. */
    BOTH_ATTACHED,
    /** A second connection takes over and the first takes over again. */
    SUPERSEDED,
    /** Nothing is under way. */
    CLEAN,
    /** The session outlives its grace, or the queue its idle time. */
    AWAY_FOR_LONG,
    /** The gateway dies with all that was not written. Only commands survive that. */
    KILLED
}
