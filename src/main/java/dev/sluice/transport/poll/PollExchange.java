package dev.sluice.transport.poll;

import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Transport.Completion;

/** The request that a poll parks, as its room sees it: the edge gives the answer its body and headers. */
public interface PollExchange {

    /**
     * Writes the answer. Called exactly once, on the session's home context.
     *
     * @param batch what to deliver; without frames the answer is empty and the cursor is the one to repeat
     * @param done told once whether the socket accepted all of it; on any thread
     */
    void answer(Batch batch, Completion done);
}
