package dev.sluice.delivery.mailbox;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that one node may hold for clients that have not acknowledged them, over all sessions. Any thread. */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** Allows that many bytes; 25 % of the heap unless configured otherwise. */
    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** A budget without a bound, for tests of one mailbox alone. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** Whether that much more may be taken on. What is already promised may be loaded all the same. */
    public boolean fits(long bytes) {
        return held.get() + bytes <= limit;
    }

    /** Whether more than half is used: the moment to ask for acknowledgements, before anybody has to be cut down. */
    public boolean tight() {
        return held.get() > limit / 2;
    }

    /** What one of that many sessions may hold where all hold alike. */
    public long share(int sessions) {
        return limit / Math.max(1, sessions);
    }

    /** Counts bytes in, or out where negative. */
    public void add(long bytes) {
        held.addAndGet(bytes);
    }

    public long held() {
        return held.get();
    }
}
