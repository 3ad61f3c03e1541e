package dev.sluice.rollout.drain;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.RolloutState;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is to go, as the rollout stands. Pure.
 *
 * @param reason the decision's word
 */
record Course(Mode to, String reason) {

    /** Null where the client is served as it should be, or knows it already. */
    static @Nullable Course of(Movable client, RolloutState state) {
        Decision decision = client.decision(state);
        String reason = decision.reason().wire();
        if (client.mode() == Mode.WEBSOCKET) {
            return decision.mode() == Mode.POLLING ? new Course(Mode.POLLING, reason) : null;
        }
        Mode served = served(client, decision);
        boolean mayPoll = served == Mode.POLLING || state.flags().fallbackEnabled();
        return served == client.told() && mayPoll ? null : new Course(served, reason);
    }

    /** How a client is served that turns up over HTTP. */
    static Mode served(Movable client, Decision decision) {
        return client.fallback() ? Mode.POLLING : decision.mode();
    }
}
