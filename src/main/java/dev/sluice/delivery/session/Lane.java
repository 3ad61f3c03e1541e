package dev.sluice.delivery.session;

/**
 * The order in which a connection serves what waits for it: when a transport becomes writable it wakes these in turn,
 * each as long as it stays writable.
 */
public enum Lane {
    /** Replies, settlements, farewells. */
    CONTROL,
    /** The mailbox. */
    MAILBOX,
    /** Tunnelled streams, in fair slices. */
    BULK
}
