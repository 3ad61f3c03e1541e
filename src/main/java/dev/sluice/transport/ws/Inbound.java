package dev.sluice.transport.ws;

import dev.sluice.core.Payload;

/** What a socket pushes inward, in the order it was read, on the socket's own context. */
public interface Inbound {

    /** One whole message. */
    void message(Payload message);

    /** A pong to the ping of that number; {@link #UNASKED} for one that none of them asked for. */
    void pong(int number);

    /** The number of no ping. */
    int UNASKED = Integer.MIN_VALUE;

    /**
     * The connection is gone, by either side; told once, and nothing follows.
     *
     * @param code the close code that the client sent, or the one it was sent; 1006 for a cut
     */
    void closed(int code);
}
