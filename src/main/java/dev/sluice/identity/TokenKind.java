package dev.sluice.identity;

import java.util.Locale;

/** What a token's holder is. {@link #ADMIN} may do everything; the others what their name says. */
public enum TokenKind {
    ADMIN,
    OPERATOR,
    PUBLISHER,
    AGENT;

    private final String wire = name().toLowerCase(Locale.ROOT);

    public String wire() {
        return wire;
    }
}
