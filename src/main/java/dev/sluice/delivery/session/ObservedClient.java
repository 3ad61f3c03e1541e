package dev.sluice.delivery.session;

import org.jspecify.annotations.Nullable;

/**
 * Whom an observer is told about.
 *
 * @param key the client key that the decision was made on
 * @param vouchedBy what makes sure that it is this client, e.g. {@code workspace:1} or {@code user:jane}; the same for
 *     one client on every transport, since evidence takes it for part of its name. Null for a client that proved
 *     nothing: it shares the votes of its address
 * @param address where it is, without a port
 * @param part what it takes in the comparison, by the decision it was served on
 */
public record ObservedClient(String key, @Nullable String vouchedBy, String address, Part part) {

    /** What a decision makes of a client. */
    public enum Part {
        /** It is offered WebSocket because of the percentage, or an operator's exception. */
        WEBSOCKET,
        /** It polls because the decision says so. */
        POLLING,
        /** It uses WebSocket at any percentage, or nobody can tell yet: it says nothing about raising that. */
        NONE
    }
}
