package dev.sluice.protocol.sluice;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Hears what becomes of one WebSocket: metrics and evidence hang on it. Any thread; must not block or throw. After
 * {@link #working} comes one {@link #ended}, and without it one {@link #failed}.
 */
public interface SocketWitness {

    /** The client was heard. */
    void working();

    void received();

    void sent();

    /** A request of the client's failed. */
    void error(ProblemCode problem);

    /** It never came to work. {@code byUs} is null where the client or the network gave up. */
    void failed(@Nullable Disconnect byUs);

    /** It worked, and is over: {@link Disconnect#NORMAL} for the client's own close, null where it was cut. */
    void ended(@Nullable Disconnect why);
}
