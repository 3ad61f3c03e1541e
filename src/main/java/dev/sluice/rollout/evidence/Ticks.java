package dev.sluice.rollout.evidence;

/** Times in steps that 32 bits hold for a year; 0 is never. Differences are right across an overflow. */
final class Ticks {
    private static final int MILLIS = 16;

    private Ticks() {}

    /** Never 0. */
    static int of(long millis) {
        int ticks = (int) (millis / MILLIS) + 1;
        return ticks == 0 ? 1 : ticks;
    }

    static long millisSince(int ticks, long time) {
        return millisBetween(ticks, of(time));
    }

    static long millisBetween(int earlier, int later) {
        return (long) (later - earlier) * MILLIS;
    }
}
