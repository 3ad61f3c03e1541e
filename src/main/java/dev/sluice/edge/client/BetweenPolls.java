package dev.sluice.edge.client;

import dev.sluice.core.Mode;
import dev.sluice.rollout.drain.Farewell;

/** A client that polls and waits for nothing right now: it is counted, and learns its mode from its next answer. */
record BetweenPolls(NativeClient client) implements NativeMovable {

    @Override
    public Mode mode() {
        return Mode.POLLING;
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
