package dev.sluice.edge.gate;

import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.decision.Decision;

/**
 * How a client is served right now.
 *
 * @param mode the decision's, unless its WebSocket failed lately and it is served by polling for a while
 * @param decision what follows from flags, ceiling and client
 * @param fallback it is in the rollout, and its WebSocket failed
 * @param mayPoll false where polling is switched off for it
 */
public record Serving(Mode mode, Decision decision, boolean fallback, boolean mayPoll) {

    /** @throws SluiceException {@code upgrade-required} where it may not poll */
    public void requirePolling() {
        if (!mayPoll) {
            throw new SluiceException(
                    ProblemCode.UPGRADE_REQUIRED, "Polling is switched off for clients in the rollout.");
        }
    }

    /** The word for the mode's reason: the decision's, or {@code fallback}. */
    public String reason() {
        return fallback ? "fallback" : decision.reason().wire();
    }
}
