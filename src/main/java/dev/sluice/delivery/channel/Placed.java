package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Message;

/**
 * A message with the place that its client has reached once it has it. Everything but a live publication is taken from
 * a mailbox so; a live publication carries the place itself. Encoders look at {@link #what}.
 *
 * @param what a {@link Publication}, {@link Subscribed}, {@link Unsubscribed}, {@link Gap}, {@link PresenceChange},
 *     {@link Reply}, or a message of the protocol's own
 * @param mark how far the client has then got over all channels
 * @param subscription the one still catching up, for which {@code mark} does not hold; or {@link SessionCursor#NONE}
 * @param offset how far the client has got in that one
 */
public record Placed(Message what, Watermark mark, int subscription, long offset) implements Message {
    /** Before it is taken: whichever channel was the exception stays it. */
    static final int AS_BEFORE = -2;

    @Override
    public int bytes() {
        return what.bytes();
    }

    @Override
    public long appendedAt() {
        return what.appendedAt();
    }

    @Override
    public boolean endsWithItsConnection() {
        return what.endsWithItsConnection();
    }

    /** The message that a mailbox holds, without its place. */
    public static Message unwrap(Message message) {
        return message instanceof Placed placed ? placed.what() : message;
    }
}
