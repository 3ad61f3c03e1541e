package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.edge.loop.ByLoop;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.Movable;

/** A socket, a stream or a poll that waits: what a native client holds open. On its own context. */
abstract class NativeConnection extends ByLoop.Member implements Movable {

    abstract NativeClient client();

    /** Ends it now; the session stays for its grace. */
    abstract void leave(Disconnect why);

    @Override
    public ClientFacts facts() {
        return client().facts();
    }

    @Override
    public Decision decision(RolloutState state) {
        return client().decision(state);
    }

    @Override
    public boolean fallback() {
        return client().inFallback();
    }

    @Override
    public boolean able() {
        return client().able();
    }

    @Override
    public void execute(Runnable task) {
        if (context().inThread()) {
            task.run();
        } else {
            context().runOnContext(hop -> task.run());
        }
    }
}
