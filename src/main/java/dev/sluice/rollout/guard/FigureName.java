package dev.sluice.rollout.guard;

import java.util.Locale;

/** What is looked at; the words are those of metrics, audit rows and reasons. */
public enum FigureName {
    /** The share of attempts made that came to work. */
    CONNECTION_SUCCESS,
    /** The mean, in milliseconds. */
    DELIVERY_LATENCY,
    /** The share of offers to clients able to use WebSocket that turned up polling instead. */
    FALLBACK_RATE,
    /** Errors per client-minute on WebSocket for each on polling. */
    ERROR_RATE,
    /** Failures in a row of the built-in client on WebSocket. */
    CRITICAL_PROBE,
    /** The share of Engine.IO sessions offered an upgrade that tried it. */
    UPGRADE_PROBES;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String wire() {
        return wire;
    }
}
