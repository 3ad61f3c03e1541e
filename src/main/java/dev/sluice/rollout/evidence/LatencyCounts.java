package dev.sluice.rollout.evidence;

import java.util.Arrays;

/**
 * Latencies counted in fixed buckets, so that they can be added, stored and judged again. The bounds grow by a tenth,
 * from a quarter of a millisecond to the clip at 5 s; the last bucket holds everything from there on.
 */
public final class LatencyCounts {
    private static final double FIRST_MILLIS = 0.25;
    private static final double GROWTH = 1.1;
    private static final double LOG_GROWTH = Math.log(GROWTH);

    /** What a latency is clipped at before it is averaged: one stuck client must not be the mean. */
    public static final double CLIP_MILLIS = 5_000;

    /** Buckets there are: up to the clip, and one beyond it. */
    public static final int BUCKETS = (int) Math.ceil(Math.log(CLIP_MILLIS / FIRST_MILLIS) / LOG_GROWTH) + 2;

    public static final LatencyCounts EMPTY = new LatencyCounts(new long[BUCKETS]);

    private final long[] counts;

    private LatencyCounts(long[] counts) {
        this.counts = counts;
    }

    /** @param counts one for each bucket; copied */
    public static LatencyCounts of(long[] counts) {
        if (counts.length != BUCKETS) {
            throw new IllegalArgumentException("there are " + BUCKETS + " buckets");
        }
        return new LatencyCounts(counts.clone());
    }

    /** The bucket of a latency; anything below 0 is in the first. */
    public static int bucketOf(double millis) {
        if (millis < FIRST_MILLIS) {
            return 0;
        }
        if (millis >= CLIP_MILLIS) {
            return BUCKETS - 1;
        }
        return Math.min(BUCKETS - 2, 1 + (int) (Math.log(millis / FIRST_MILLIS) / LOG_GROWTH));
    }

    /** The least latency in a bucket, in milliseconds. */
    public static double lowerMillis(int bucket) {
        return bucket == 0 ? 0 : Math.min(CLIP_MILLIS, FIRST_MILLIS * Math.pow(GROWTH, bucket - 1));
    }

    /** What no latency in a bucket exceeds, in milliseconds, clipped. */
    public static double upperMillis(int bucket) {
        return bucket >= BUCKETS - 2 ? CLIP_MILLIS : lowerMillis(bucket + 1);
    }

    public long count(int bucket) {
        return counts[bucket];
    }

    /** All of them together. */
    public long total() {
        return Arrays.stream(counts).sum();
    }

    public LatencyCounts plus(LatencyCounts other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.counts[i];
        }
        return new LatencyCounts(sum);
    }

    /** A copy, for storing. */
    public long[] toArray() {
        return counts.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatencyCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "LatencyCounts[total=" + total() + "]";
    }
}
