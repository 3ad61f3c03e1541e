package dev.sluice.protocol.json;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;

/** A client's socket as its connection sees it. Everything on the socket's context. */
public interface SocketLink {

    /** Sends a reply, ahead of what waits in the mailbox. Any thread; in order of each. */
    void control(Payload frame);

    /** Whether the socket wants no more replies for now. */
    boolean clogged();

    /** Calls back once, when it does again. */
    void onUnclogged(Runnable go);

    /** Stops reading. */
    void pause();

    void resume();

    /** Sends a ping frame; its pong brings the number back. */
    void ping(int number);

    /** Takes nothing more from the mailbox; replies still go out. Any thread. */
    void hold();

    void close(Disconnect why);

    /** Runs a task on the socket's context. Any thread. */
    void execute(Runnable task);
}
