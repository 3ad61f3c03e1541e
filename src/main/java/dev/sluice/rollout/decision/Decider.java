package dev.sluice.rollout.decision;

import dev.sluice.core.Mode;

/**
 * The decision: a pure function of the rollout's state and what is stated about a client, so every node answers alike.
 * Costs a hash or two; any thread.
 */
public final class Decider {

    /** Follows the salt, so that being held back is independent of being early in the rollout. */
    private static final String HOLDBACK = "/holdback";

    private Decider() {}

    /**
     * Decides one client. The first that applies wins: WebSocket switched off, ceiling 0, override, holdback, bucket.
     * A client that would poll keeps its WebSocket where a tunnel hangs on it or it cannot poll, unless WebSocket is
     * switched off.
     */
    public static Decision decide(RolloutState state, ClientFacts client) {
        int bucket = state.bucketing().bucket(state.salt(), client.key());
        Answer answer = answer(state, client, bucket);
        return new Decision(answer.mode, bucket, state.effective(), answer.reason, state.revision());
    }

    private static Answer answer(RolloutState state, ClientFacts client, int bucket) {
        if (!state.flags().websocketEnabled()) {
            return Answer.WEBSOCKET_DISABLED;
        }
        Answer base = base(state, client, bucket);
        if (base.mode == Mode.WEBSOCKET) {
            return base;
        }
        if (client.tunnel()) {
            return Answer.TUNNEL;
        }
        return client.cannotPoll() ? Answer.CANNOT_POLL : base;
    }

    private static Answer base(RolloutState state, ClientFacts client, int bucket) {
        if (state.ceiling().equals(Percentage.ZERO)) {
            return Answer.ROLLBACK;
        }
        ClientOverride override = state.overrides().find(client);
        if (override != null) {
            return override.mode() == Mode.WEBSOCKET ? Answer.ALLOWED : Answer.DENIED;
        }
        if (heldBack(state, client)) {
            return Answer.HOLDBACK;
        }
        return state.bucketing().inRollout(bucket, state.effective()) ? Answer.IN_ROLLOUT : Answer.OUTSIDE_ROLLOUT;
    }

    /** Always by flagd's hash: the sample is the gateway's own, and Unleash would round half a percent to nobody. */
    private static boolean heldBack(RolloutState state, ClientFacts client) {
        if (state.holdback().equals(Percentage.ZERO)) {
            return false;
        }
        int bucket = Bucketing.FLAGD.bucket(state.salt() + HOLDBACK, client.key());
        return Bucketing.FLAGD.inRollout(bucket, state.holdback());
    }

    private enum Answer {
        WEBSOCKET_DISABLED(Mode.POLLING, Reason.WEBSOCKET_DISABLED),
        ROLLBACK(Mode.POLLING, Reason.ROLLBACK),
        ALLOWED(Mode.WEBSOCKET, Reason.OVERRIDE),
        DENIED(Mode.POLLING, Reason.OVERRIDE),
        HOLDBACK(Mode.POLLING, Reason.HOLDBACK),
        IN_ROLLOUT(Mode.WEBSOCKET, Reason.IN_ROLLOUT),
        OUTSIDE_ROLLOUT(Mode.POLLING, Reason.OUTSIDE_ROLLOUT),
        TUNNEL(Mode.WEBSOCKET, Reason.TUNNEL),
        CANNOT_POLL(Mode.WEBSOCKET, Reason.CANNOT_POLL);

        private final Mode mode;
        private final Reason reason;

        Answer(Mode mode, Reason reason) {
            this.mode = mode;
            this.reason = reason;
        }
    }
}
