package dev.sluice.rollout.drain;

import java.util.random.RandomGenerator;

/**
 * How many are due: each one at a random moment within its own share of the spread, so that there is no herd, the last
 * one is on time, and a spread of 4 s for 1,000 clients is one about every 4 ms. Not faster than the rate, be the spread
 * over or not. Time is milliseconds of a clock that only goes forward.
 */
final class Pace {
    /** How much of what the rate would have allowed is made up for after a stall. */
    private static final double CATCH_UP_MILLIS = 250;

    private final RandomGenerator random;
    private final double perMilli;
    private long from;
    private long last;
    private final long spread;
    private final double carried;
    private double allowance;
    private double next;
    private int handed;

    /**
     * What a pace that takes over begins with, so that changes in quick succession do not hold everybody up.
     *
     * @param waited the part of the next one's share that has passed
     * @param next after which part of it that one is due
     * @param allowance how many the rate allows at once
     */
    record Start(double waited, double next, double allowance) {
        static Start afresh(RandomGenerator random) {
            return new Start(0, random.nextDouble(), 1);
        }
    }

    /**
     * @param spread in milliseconds
     * @param perSecond at most
     */
    Pace(long now, long spread, double perSecond, Start start, RandomGenerator random) {
        this.random = random;
        this.from = now;
        this.last = now;
        this.spread = Math.max(1, spread);
        this.perMilli = perSecond / 1_000;
        this.carried = start.waited;
        this.next = start.next;
        this.allowance = start.allowance;
    }

    /** How many may go now, of {@code total} that this pace was given altogether. Each is counted as gone. */
    int due(long now, int total) {
        earn(now);
        double position = carried + total * progress();
        int due = 0;
        while (handed < total && handed + next <= position && allowance >= 1) {
            handed++;
            due++;
            allowance--;
            next = random.nextDouble();
        }
        return due;
    }

    private void earn(long now) {
        allowance = Math.min(Math.max(1, perMilli * CATCH_UP_MILLIS), allowance + perMilli * Math.max(0, now - last));
        last = Math.max(last, now);
    }

    private double progress() {
        return Math.min(1, (double) (last - from) / spread);
    }

    /** Time passed that does not count. */
    void stood(long now) {
        from += Math.max(0, now - last);
        last = Math.max(last, now);
    }

    /** Where another pace may go on from, at that moment. */
    Start handOver(long now, int total) {
        earn(now);
        double waited = carried + total * progress() - handed;
        return new Start(Math.min(1, Math.max(0, waited)), next, allowance);
    }

    /** Milliseconds until the spread is over. */
    long left(long now) {
        return Math.max(1, from + spread - now);
    }
}
