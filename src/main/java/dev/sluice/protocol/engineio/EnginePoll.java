package dev.sluice.protocol.engineio;

import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Transport.Completion;
import java.util.List;

/** A GET that waits for packets, as this room sees it. Called on the connection's home. */
public interface EnginePoll {

    /**
     * Answers it with 200 and these packets, as {@link EngineCodec#payload} joins them. Called at most once.
     *
     * @param done told once whether the socket accepted all of it; on any thread
     */
    void answer(List<Payload> packets, Completion done);

    /** Answers it with an error. Called at most once, and not after {@link #answer}. */
    void refuse(EngineErrors why);
}
