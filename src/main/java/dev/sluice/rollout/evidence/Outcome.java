package dev.sluice.rollout.evidence;

import java.util.Locale;

/** What became of an attempt when its time was over, or of a client's polls in a vote window. */
public enum Outcome {
    /** A working connection; a poll that was served. */
    SUCCESS,
    /** An error, a connection that died before it worked, or none in time; a poll that we failed. */
    FAILURE,
    /** A client able to use WebSocket was offered it and stayed on polling without trying. */
    FALLBACK,
    /** A client that never showed it can use WebSocket ignored the offer: no vote. */
    NO_ATTEMPT,
    /** It would have been a vote, but its unauthenticated address had cast all it may: no vote. */
    CAPPED;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word in metrics. */
    public String wire() {
        return wire;
    }
}
