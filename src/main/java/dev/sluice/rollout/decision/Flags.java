package dev.sluice.rollout.decision;

/**
 * The three flags in force together. A set that would leave nobody able to connect cannot be built, so whoever holds
 * a {@code Flags} holds a valid one.
 *
 * @param websocketEnabled whether any client may have a WebSocket
 * @param fallbackEnabled whether a client in the rollout may poll
 * @param rolloutPercentage the target: the share of clients that is offered WebSocket, before the guard's ceiling
 */
public record Flags(boolean websocketEnabled, boolean fallbackEnabled, Percentage rolloutPercentage) {

    /** What holds where nothing is configured: everybody on WebSocket, polling allowed. */
    public static final Flags DEFAULTS = new Flags(true, true, Percentage.FULL);

    /** Why both switches off are refused, as it stands in error messages. */
    public static final String NOBODY_COULD_CONNECT =
            "WEBSOCKET_ENABLED=false together with FALLBACK_ENABLED=false is not allowed: nobody could connect";

    /** @throws IllegalArgumentException with {@link #NOBODY_COULD_CONNECT} where both switches are off */
    public Flags {
        if (!websocketEnabled && !fallbackEnabled) {
            throw new IllegalArgumentException(NOBODY_COULD_CONNECT);
        }
    }
}
