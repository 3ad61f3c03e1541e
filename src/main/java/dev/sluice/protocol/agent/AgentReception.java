package dev.sluice.protocol.agent;

import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.session.Encoder;
import dev.sluice.delivery.session.ObservedClient;
import io.smallrye.mutiny.Uni;
import java.util.UUID;

/**
 * What a connection needs of the house: who the agent is, whether it may come in, and where its commands are. Bound to
 * one connection, its token and what its upgrade said. Called on any thread, answers on any.
 */
public interface AgentReception {

    /** Who is behind the connection, as far as is known; from the first successful register on it stays the same. */
    ObservedClient client();

    /**
     * Registers the agent and asks the gate.
     *
     * @throws dev.sluice.core.SluiceException (as failure) with the problem that the agent is told
     */
    Uni<Registered> register(RegisterRequest request);

    /**
     * The agent is registered on this connection and can be found there from now on. On the connection's context, which
     * may be told to go from within.
     */
    void arrived();

    /**
     * Attaches the connection to the agent's session: its commands flow from here.
     *
     * @param onFenced told on any thread when a newer connection took over
     */
    Uni<Seat> attach(Registered registered, Encoder commands, Runnable onFenced);

    /** The agent has that command. The item is false where it is not known as an open or lately closed one. */
    Uni<Boolean> acknowledge(UUID clusterId, UUID commandId);

    /** The agent is done with it. */
    Uni<Boolean> finish(UUID clusterId, UUID commandId, CommandResult result);

    /** A connection's place in its session. */
    interface Seat {
        /** Another live connection has this identity and too many take-overs happened: there is no seat. */
        boolean duplicateIdentity();

        /** The connection is gone. */
        void left();
    }
}
