package dev.sluice.rollout.guard;

/**
 * Sums of numbers that are known by their logarithms: evidence outgrows a double within hours. {@link StrictMath}
 * throughout, so that a verdict replayed on another machine is the same to the last bit.
 */
final class Mixture {
    /** Alternatives that each test bets on at once. */
    static final int SIZE = 24;

    /** {@code e^-40} does not change a sum that begins with 1. */
    private static final double NEGLIGIBLE = -40;

    private Mixture() {}

    /** The logarithm of the average of what these are the logarithms of. */
    static double average(double[] logs) {
        double greatest = logs[0];
        for (double log : logs) {
            greatest = Math.max(greatest, log);
        }
        double sum = 0;
        for (double log : logs) {
            if (log - greatest > NEGLIGIBLE) {
                sum += StrictMath.exp(log - greatest);
            }
        }
        return greatest + StrictMath.log(sum / logs.length);
    }

    /** The logarithm of the sum of two. */
    static double sum(double a, double b) {
        double greatest = Math.max(a, b);
        double distance = Math.min(a, b) - greatest;
        return distance > NEGLIGIBLE ? greatest + StrictMath.log1p(StrictMath.exp(distance)) : greatest;
    }

    /** The greatest of them: what the best bet made. */
    static double best(double[] logs) {
        double greatest = logs[0];
        for (double log : logs) {
            greatest = Math.max(greatest, log);
        }
        return greatest;
    }
}
