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
}
