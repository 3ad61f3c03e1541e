package dev.sluice.rollout.evidence;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Gathers what happens to clients on all threads, and hands it out in windows.
 *
 * <p>Recording costs a hash by the caller and a few writes into a ring; it never waits and allocates nothing. Whoever
 * looks ({@link #tick}, {@link #close}, {@link #restart}) empties the ring into the {@link AttemptLedger}, one at a time.
 * Where events come faster than the ring is emptied they are dropped and counted: {@link #lost}.
 */
public final class Evidence {
    /** A quarter of a second of 130,000 events, in 1 MiB. */
    private static final int RING = 1 << 15;

    /** A session's latency counts that often in a vote window. */
    private static final int LATENCIES_PER_VOTE_WINDOW = 6;

    private final LongSupplier millis;
    private final long latencyPeriod;
    private final EventRing ring = new EventRing(RING);
    private final LongAdder lost = new LongAdder();
    private final LatencyTally webSocketLatency = new LatencyTally();
    private final LatencyTally pollingLatency = new LatencyTally();
    private final ReentrantLock looking = new ReentrantLock();
    private final AttemptLedger ledger;
    private final long startedAt;
    private long windowFrom;
    private volatile Figures figures = Figures.NONE;

    /** @param millis a clock that never jumps; not the time of day */
    public Evidence(EvidenceLimits limits, LongSupplier millis, EvidenceObserver observer, long now) {
        this.millis = millis;
        this.startedAt = millis.getAsLong();
        this.latencyPeriod = Math.max(1, limits.voteWindow().toMillis() / LATENCIES_PER_VOTE_WINDOW);
        this.ledger = new AttemptLedger(limits, observer);
        this.windowFrom = now;
    }

    /**
     * Something happened to a client. Any thread; never waits.
     *
     * @param client its {@link ClientMarks mark}, not 0
     * @param address the mark of its address; 0 for a client that proved who it is
     * @param group up to 255, told to the observer when it is settled
     */
    public void record(Event what, long client, long address, int group) {
        if (!ring.offer(what, client, address, group, time())) {
            lost.increment();
        }
    }

    /** An event reached a client that was attached when it was appended. Any thread; never waits. */
    public void delivered(Cohort cohort, long session, long latencyMillis) {
        LatencyTally tally = cohort == Cohort.WEBSOCKET ? webSocketLatency : pollingLatency;
        tally.add(session, latencyMillis, time() / latencyPeriod);
    }

    /** Time passed. Skipped where somebody else looks at this moment. */
    public void tick() {
        if (looking.tryLock()) {
            try {
                catchUp();
            } finally {
                looking.unlock();
            }
        }
    }

    /**
     * What was settled since the last window. Takes milliseconds at 100,000 clients, and may wait for another look that
     * takes as long: not on an event loop.
     *
     * @param now the time of day, which only labels the window
     */
    public EvidenceWindow close(long now) {
        looking.lock();
        try {
            catchUp();
            long from = windowFrom;
            windowFrom = Math.max(from, now);
            return new EvidenceWindow(
                    from,
                    windowFrom,
                    ledger.take(Cohort.WEBSOCKET, webSocketLatency.take()),
                    ledger.take(Cohort.POLLING, pollingLatency.take()));
        } finally {
            looking.unlock();
        }
    }

    /** Evidence starts afresh: attempts that began before do not count any more. As {@link #close}. */
    public void restart() {
        looking.lock();
        try {
            catchUp();
            ledger.restart(time());
            webSocketLatency.take();
            pollingLatency.take();
        } finally {
            looking.unlock();
        }
    }

    private void catchUp() {
        // At most what was there when the look began: those who record must not keep it from ending.
        ring.drain(ledger, ring.capacity());
        ledger.settle(time());
        figures = new Figures(
                ledger.size(),
                ledger.open(),
                ledger.evicted(),
                ledger.turnedAway(),
                ledger.concentrated(Cohort.WEBSOCKET),
                ledger.concentrated(Cohort.POLLING));
    }

    private long time() {
        return millis.getAsLong() - startedAt;
    }

    /** Events that were dropped because they came faster than they were looked at. Any thread. */
    public long lost() {
        return lost.sum();
    }

    /** How things stood at the last look. Any thread. */
    public Figures figures() {
        return figures;
    }

    /**
     * @param clients remembered
     * @param open attempts whose deadline is to come
     * @param evicted clients forgotten to make room
     * @param turnedAway events not looked at, because of what their address had brought before
     */
    public record Figures(
            int clients,
            int open,
            long evicted,
            long turnedAway,
            boolean webSocketConcentrated,
            boolean pollingConcentrated) {
        static final Figures NONE = new Figures(0, 0, 0, 0, false, false);
    }
}
