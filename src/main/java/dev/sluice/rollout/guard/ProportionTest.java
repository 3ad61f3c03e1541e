package dev.sluice.rollout.guard;

/**
 * Whether a share lies on one side of a limit, from two counts. The evidence is the average over alternatives {@code q}
 * beyond the limit {@code p} of {@code (q/p)^hits ((1−q)/(1−p))^misses}. While the share is on the other side its
 * expectation never exceeds 1, so the chance that it ever reaches {@code 1/α} is at most α, however often one looks.
 *
 * @see <a href="https://arxiv.org/abs/1810.08240">Howard, Ramdas, McAuliffe, Sekhon: Time-uniform, nonparametric,
 *     nonasymptotic confidence sequences</a>
 */
final class ProportionTest {
    /**
     * How far the alternatives reach from the limit, in log odds, evenly spaced: from 0.90 down to 0.31, from 0.95 up to
     * 0.997. Odds and not shares, since a share close to 1 or 0 is what is tested here.
     */
    private static final double REACH = 3;

    /** Limits are kept off 0 and 1, where every share is beyond them or none. */
    private static final double EDGE = 1e-9;

    private final double[] hit = new double[Mixture.SIZE];
    private final double[] miss = new double[Mixture.SIZE];

    private ProportionTest(double limit, int direction) {
        double p = Math.min(1 - EDGE, Math.max(EDGE, limit));
        for (int k = 0; k < Mixture.SIZE; k++) {
            double q = beyond(p, direction * REACH * (k + 1) / Mixture.SIZE);
            hit[k] = StrictMath.log(q / p);
            miss[k] = StrictMath.log((1 - q) / (1 - p));
        }
    }

    /** Gathers evidence that the share is below the limit. */
    static ProportionTest below(double limit) {
        return new ProportionTest(limit, -1);
    }

    /** Gathers evidence that the share is above the limit. */
    static ProportionTest above(double limit) {
        return new ProportionTest(limit, 1);
    }

    private static double beyond(double p, double logOdds) {
        double odds = p / (1 - p) * StrictMath.exp(logOdds);
        return odds / (1 + odds);
    }

    /** What each alternative makes of the counts, as logarithms; additive in the counts. */
    double[] logs(long hits, long misses) {
        double[] logs = new double[Mixture.SIZE];
        for (int k = 0; k < logs.length; k++) {
            logs[k] = hits * hit[k] + misses * miss[k];
        }
        return logs;
    }

    /** The logarithm of the evidence. */
    double evidence(long hits, long misses) {
        return Mixture.average(logs(hits, misses));
    }

    /** How much a sample at share {@code actual} adds to the evidence about {@code limit}, on average and at best. */
    static double divergence(double actual, double limit) {
        return part(actual, limit) + part(1 - actual, 1 - limit);
    }

    private static double part(double actual, double limit) {
        return actual == 0 ? 0 : actual * StrictMath.log(actual / limit);
    }
}
