package dev.sluice.core;

import java.util.Locale;

/** How a client is served: the word in {@code mode} fields and in the {@code Sluice-Mode} header. */
public enum Mode {
    WEBSOCKET,
    POLLING;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The lower-case word that clients see. */
    public String wire() {
        return wire;
    }
}
