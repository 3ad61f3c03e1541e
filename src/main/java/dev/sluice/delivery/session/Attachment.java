package dev.sluice.delivery.session;

/**
 * One transport's hold on a session. Whatever a connection has to say to its session goes through here, and is void
 * once a newer attachment has taken over: that is the fence.
 */
public final class Attachment {

    /** How a transport's part came to its end. */
    public enum End {
        /** A poll was answered, or gave up with nothing in flight: the client is still there. */
        ANSWERED,
        /** The connection is gone, and what it was handed may not have arrived. */
        LOST
    }

    private final Session session;
    private final Pipe pipe;
    private final long generation;

    /** When it attached, in milliseconds: what was appended before then waited for the client. */
    long attachedAt;

    /** When the transport began to refuse what is due; 0 while it does not. */
    long stalledSince;

    Attachment(Session session, Pipe pipe, long generation) {
        this.session = session;
        this.pipe = pipe;
        this.generation = generation;
    }

    /** Rises by one with each attachment of the session. */
    public long generation() {
        return generation;
    }

    Pipe pipe() {
        return pipe;
    }

    /** Whether this is still the session's present attachment. On the home context. */
    public boolean current() {
        return session.isCurrent(this);
    }

    /** The client has everything up to that position. Void from a fenced attachment. Any thread. */
    public void acknowledge(long position) {
        session.execute(() -> session.acknowledged(this, position));
    }

    /** The transport ended by itself. Void from a fenced attachment. Any thread. */
    public void ended(End end) {
        session.execute(() -> session.ended(this, end));
    }
}
