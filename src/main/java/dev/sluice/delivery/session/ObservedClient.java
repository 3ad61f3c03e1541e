package dev.sluice.delivery.session;

import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whom an observer is told about. Those who tell of one client over and over keep it, since it keeps what its observer
 * made of it. Any thread.
 */
public final class ObservedClient {
    private final String key;
    private final @Nullable String vouchedBy;
    private final String address;
    private final Part part;
    /** 0 until somebody asked. */
    private volatile long mark;
    /** The same of its address. */
    private volatile long addressMark;

    /** What a decision makes of a client. */
    public enum Part {
        /** It is offered WebSocket because of the percentage, or an operator's exception. */
        WEBSOCKET,
        /** It polls because the decision says so. */
        POLLING,
        /** It uses WebSocket at any percentage, or nobody can tell yet: it says nothing about raising that. */
        NONE
    }

    /**
     * @param key the client key that the decision was made on
     * @param vouchedBy what makes sure that it is this client, e.g. {@code workspace:1} or {@code user:jane}; the same
     *     for one client on every transport, since evidence takes it for part of its name. Null for a client that
     *     proved nothing: it shares the votes of its address
     * @param address where it is, without a port
     * @param part what it takes in the comparison, by the decision it was served on
     */
    public ObservedClient(String key, @Nullable String vouchedBy, String address, Part part) {
        this.key = key;
        this.vouchedBy = vouchedBy;
        this.address = address;
        this.part = part;
    }

    public String key() {
        return key;
    }

    public @Nullable String vouchedBy() {
        return vouchedBy;
    }

    public String address() {
        return address;
    }

    public Part part() {
        return part;
    }

    /**
     * The number that its observer knows it by.
     *
     * @param made never 0; asked once, as a rule
     */
    public long mark(ToLongFunction<ObservedClient> made) {
        long known = mark;
        if (known == 0) {
            known = made.applyAsLong(this);
            mark = known;
        }
        return known;
    }

    /** The same of its address. */
    public long addressMark(ToLongFunction<ObservedClient> made) {
        long known = addressMark;
        if (known == 0) {
            known = made.applyAsLong(this);
            addressMark = known;
        }
        return known;
    }
}
