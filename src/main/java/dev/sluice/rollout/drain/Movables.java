package dev.sluice.rollout.drain;

import java.util.function.Consumer;

/**
 * The clients of one protocol that are present on this node. A protocol makes one bean of it; drain, shutdown, preview
 * and shares then include its clients without further wiring.
 *
 * <p>Methods may be called on any thread and return at once.
 *
 * <p>Whoever admits a client under one state and makes it visible here a moment later would miss a change in between:
 * after a client became visible, {@link Drain#joined} is to be called for it, on its context.
 */
public interface Movables {

    /** The protocol's short fixed word, as in metrics. */
    String protocol();

    /**
     * Visits every client that is present, each once and on its own context, then calls {@code visited} once, on any
     * thread. Clients that come or go meanwhile may be missed. With thousands on one context it lets other work in
     * between, at least after each thousand: a visit costs about a microsecond a client.
     */
    void visit(Consumer<Movable> visitor, Runnable visited);

    /** Connections that a shutdown waits for: open sockets, and requests that wait for an answer. Costs nothing. */
    int open();
}
