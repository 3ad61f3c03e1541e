package dev.sluice.core;

import java.util.Locale;

/** The pipes there are. Doubles as the {@code transport} label of metrics, so it stays a short closed list. */
public enum TransportKind {
    WEBSOCKET,
    POLLING,
    SSE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The lower-case word used in metrics and answers. */
    public String wire() {
        return wire;
    }
}
