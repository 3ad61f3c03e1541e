package dev.sluice.edge.client;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Movable;

/** A client that polls and waits for nothing right now: it is counted, and learns its mode from its next answer. */
final class BetweenPolls implements Movable {
    private final NativeClient client;

    BetweenPolls(NativeClient client) {
        this.client = client;
    }

    @Override
    public ClientFacts facts() {
        return client.facts();
    }

    @Override
    public Decision decision(RolloutState state) {
        return client.decision(state);
    }

    @Override
    public Mode mode() {
        return Mode.POLLING;
    }

    @Override
    public boolean fallback() {
        return client.inFallback();
    }

    @Override
    public boolean able() {
        return client.able();
    }

    @Override
    public boolean reachable() {
        return false;
    }

    @Override
    public long connectedAt() {
        return client.lastHttp();
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public boolean move(Farewell farewell) {
        return false;
    }
}
