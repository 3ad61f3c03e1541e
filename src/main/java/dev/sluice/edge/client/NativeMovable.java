package dev.sluice.edge.client;

import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.Movable;

/** A native client as the drain sees it, whatever it holds open: what is decided is decided on the client. */
interface NativeMovable extends Movable {

    NativeClient client();

    @Override
    default ClientFacts facts() {
        return client().facts();
    }

    @Override
    default Decision decision(RolloutState state) {
        return client().decision(state);
    }

    @Override
    default boolean fallback() {
        return client().inFallback();
    }

    @Override
    default boolean able() {
        return client().able();
    }
}
