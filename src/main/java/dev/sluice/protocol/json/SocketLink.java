package dev.sluice.protocol.json;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;

/** A client's socket as its connection sees it. Everything on the socket's context. */
public interface SocketLink {

    /** Sends a reply, ahead of what waits in the mailbox. */
    void control(Payload frame);

    /** Whether the socket wants no more replies for now. */
    boolean clogged();

    /** Calls back once, when it does again. */
    void onUnclogged(Runnable go);

    /** Stops reading. */
    void pause();

    void resume();

    /** Sends a ping frame. */
    void ping();

    void close(Disconnect why);

    /** Runs a task on the socket's context. Any thread. */
    void execute(Runnable task);
}
