package dev.sluice.rollout.evidence;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Latencies of one cohort. A session adds at most one in each period, so that a client that reads slowly is one sample
 * among others and not the mean. Any thread; allocates nothing.
 */
final class LatencyTally {
    private static final int PLACES = 1 << 13;
    private static final long PERIOD_MASK = 0xff_ffff;

    private final AtomicLongArray counts = new AtomicLongArray(LatencyCounts.BUCKETS);

    /** Who was counted last and when, by hash. Two that share a place take turns, which costs at most a sample more. */
    private final AtomicLongArray told = new AtomicLongArray(PLACES);

    void add(long session, long millis, long period) {
        long mixed = session * 0x9e3779b97f4a7c15L;
        mixed ^= mixed >>> Integer.SIZE;
        int place = (int) mixed & PLACES - 1;
        long mark = mixed & ~PERIOD_MASK | period & PERIOD_MASK;
        long last = told.get(place);
        if (last != mark && told.compareAndSet(place, last, mark)) {
            counts.getAndIncrement(LatencyCounts.bucketOf(millis));
        }
    }

    LatencyCounts take() {
        long[] taken = new long[LatencyCounts.BUCKETS];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = counts.getAndSet(i, 0);
        }
        return LatencyCounts.of(taken);
    }
}
