package dev.sluice.rollout.guard;

import dev.sluice.rollout.evidence.LatencyCounts;

/**
 * Whether the mean of a latency, clipped at {@link LatencyCounts#CLIP_MILLIS}, lies on one side of a limit. Each
 * alternative bets a share λ of what it has on every latency: the evidence is the average of
 * {@code Π (1 + λ (x − limit) / clip)}. A latency is known by its bucket alone; it counts as the end of the bucket that
 * makes the least evidence, so that counting in buckets cannot cause an alarm.
 *
 * @see <a href="https://arxiv.org/abs/2010.09686">Waudby-Smith, Ramdas: Estimating means of bounded random variables by
 *     betting</a>
 */
final class MeanTest {
    /** The boldest bet, as a share of the one that a single worst latency would lose all with. */
    private static final double BOLDEST = 0.98;

    /** The most careful bet is that much smaller: for latencies that scatter over the whole range. */
    private static final double CAREFUL = 200;

    private final double[][] gain = new double[Mixture.SIZE][LatencyCounts.BUCKETS];

    private MeanTest(double limitMillis, boolean upwards) {
        double clip = LatencyCounts.CLIP_MILLIS;
        double limit = Math.min(clip * 0.999, Math.max(clip * 1e-6, limitMillis));
        double ruin = upwards ? clip / limit : clip / (clip - limit);
        for (int k = 0; k < Mixture.SIZE; k++) {
            double share = BOLDEST * StrictMath.pow(CAREFUL, -(double) k / (Mixture.SIZE - 1)) * ruin;
            for (int b = 0; b < LatencyCounts.BUCKETS; b++) {
                double off = upwards ? LatencyCounts.lowerMillis(b) - limit : limit - LatencyCounts.upperMillis(b);
                gain[k][b] = StrictMath.log1p(share * off / clip);
            }
        }
    }

    /** Gathers evidence that the mean is above the limit. */
    static MeanTest above(double limitMillis) {
        return new MeanTest(limitMillis, true);
    }

    /** Gathers evidence that the mean is below the limit. */
    static MeanTest below(double limitMillis) {
        return new MeanTest(limitMillis, false);
    }

    /** What each alternative makes of the counts, as logarithms; additive in the counts. */
    double[] logs(LatencyCounts counts) {
        double[] logs = new double[Mixture.SIZE];
        for (int b = 0; b < LatencyCounts.BUCKETS; b++) {
            long count = counts.count(b);
            for (int k = 0; count != 0 && k < logs.length; k++) {
                logs[k] += count * gain[k][b];
            }
        }
        return logs;
    }

    /** The logarithm of the evidence. */
    double evidence(LatencyCounts counts) {
        return Mixture.average(logs(counts));
    }

    /** The mean as it is shown: each latency in the middle of its bucket. */
    static double mean(LatencyCounts counts) {
        double sum = 0;
        for (int b = 0; b < LatencyCounts.BUCKETS; b++) {
            sum += counts.count(b) * (LatencyCounts.lowerMillis(b) + LatencyCounts.upperMillis(b)) / 2;
        }
        return sum / counts.total();
    }
}
