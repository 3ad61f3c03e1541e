package dev.sluice.edge.client;

import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.edge.http.Parked;
import dev.sluice.rollout.drain.Movable;
import java.util.function.Consumer;

/** What the polls of native sessions stand on, whichever way they come. */
final class Polling {
    final NativeParts parts;
    final NativeWitness witness;
    final Arrivals arrivals;
    final NativeConnections connections;
    final PollLateness lateness;
    final Consumer<Movable> joined;

    /** @param joined told of each that is parked */
    Polling(
            NativeParts parts,
            Arrivals arrivals,
            NativeConnections connections,
            PollLateness lateness,
            Consumer<Movable> joined) {
        this.parts = parts;
        this.witness = parts.witness();
        this.arrivals = arrivals;
        this.connections = connections;
        this.lateness = lateness;
        this.joined = joined;
    }

    /**
     * One that is let in; it has to {@linkplain SessionPoll#begin begin}.
     *
     * @param serving how the client is served by now
     * @param now when it came, in milliseconds
     */
    SessionPoll admit(Parked request, ClientOrigin origin, Found found, Serving serving, PollQuery asks, long now) {
        witness.told(found.client(), serving, now);
        return new SessionPoll(this, request, found, new SessionPoll.Terms(asks, origin, serving.mode()), now);
    }
}
