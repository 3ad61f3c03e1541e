package dev.sluice.delivery.mailbox;

/**
 * Something on its way to a client, before a protocol gives it a wire form. Shared between the mailboxes of all who
 * get it, so it must not change.
 */
public interface Message {

    /** What it weighs against limits: close to its encoded size, in bytes. */
    int bytes();

    /** When it was appended (milliseconds since the epoch): delivery latency runs from here. */
    long appendedAt();

    /**
     * Whether it means something on the connection that it was made for and on no other: a client that comes back without
     * it lacks nothing, and may name the place before it although it has it.
     */
    default boolean endsWithItsConnection() {
        return false;
    }
}
