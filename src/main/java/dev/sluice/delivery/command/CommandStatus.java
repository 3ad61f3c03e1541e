package dev.sluice.delivery.command;

import java.util.Locale;

/**
 * Where a command stands. It only ever moves to a later line: {@code queued → delivered → acknowledged →
 * succeeded | failed}; {@code expired} and {@code cancelled} end it from any line before those.
 */
public enum CommandStatus {
    QUEUED,
    DELIVERED,
    ACKNOWLEDGED,
    SUCCEEDED,
    FAILED,
    EXPIRED,
    CANCELLED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
        return wire;
    }

    /** Nothing more will happen to it. */
    public boolean closed() {
        return ordinal() >= SUCCEEDED.ordinal();
    }
}
