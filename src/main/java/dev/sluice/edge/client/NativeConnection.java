package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.edge.loop.ByLoop;

/** A socket, a stream or a poll that waits: what a native client holds open. On its own context. */
abstract class NativeConnection extends ByLoop.Member implements NativeMovable {

    /** Ends it now; the session stays for its grace. */
    abstract void leave(Disconnect why);

    @Override
    public void execute(Runnable task) {
        if (context().inThread()) {
            task.run();
        } else {
            context().runOnContext(hop -> task.run());
        }
    }
}
