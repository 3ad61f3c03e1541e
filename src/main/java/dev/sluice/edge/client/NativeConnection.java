package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.edge.loop.ByLoop;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.drain.Movable;

/** A socket, a stream or a poll that waits: what a native client holds open. On its own context. */
interface NativeConnection extends ByLoop.Member, Movable {

    NativeClient client();

    /** Ends it now; the session stays for its grace. */
    void leave(Disconnect why);

    @Override
    default ClientFacts facts() {
        return client().facts();
    }

    @Override
    default boolean fallback() {
        return client().inFallback();
    }

    @Override
    default boolean able() {
        return client().able();
    }

    @Override
    default void execute(Runnable task) {
        if (context().inThread()) {
            task.run();
        } else {
            context().runOnContext(hop -> task.run());
        }
    }
}
