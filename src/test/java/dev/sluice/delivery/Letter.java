package dev.sluice.delivery;

import dev.sluice.delivery.mailbox.Message;

/** A message that is only its name and its weight. */
public record Letter(String name, int bytes) implements Message {

    public static Letter of(String name) {
        return new Letter(name, 10);
    }

    @Override
    public long appendedAt() {
        return 0;
    }
}
