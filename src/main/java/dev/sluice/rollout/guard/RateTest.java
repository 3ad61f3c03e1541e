package dev.sluice.rollout.guard;

/**
 * Whether WebSocket clients err more often than polling ones. Given that an error was made, it is a WebSocket client's
 * with probability {@code wr/(wr+1)}, where {@code w} is the exposure ratio at that moment and {@code r} how many times
 * as often they err; the evidence is the average over alternatives above the {@code r} that is to be refuted. How many
 * errors there are at all cancels out: an outage that hits both is evidence of nothing.
 *
 * @see <a href="https://arxiv.org/abs/2011.03567">Lindon, Malek: Anytime-valid inference for multinomial count data</a>
 */
final class RateTest {
    /** Alternatives are evenly spaced in log up to thirty times as often, so that a fifth more is among them. */
    private static final double REACH = StrictMath.log(30);

    private final double refuted;

    private RateTest(double refuted) {
        this.refuted = refuted;
    }

    /** Gathers evidence that they err more than {@code times} as often. */
    static RateTest above(double times) {
        return new RateTest(times);
    }

    /** What each alternative makes of the counts, as logarithms; additive in the counts. */
    double[] logs(Exposures errors) {
        double[] logs = new double[Mixture.SIZE];
        for (Exposures.Count count : errors.counts()) {
            double w = Exposures.ratio(count.step()) * refuted;
            double p = w / (w + 1);
            for (int k = 0; k < logs.length; k++) {
                double r = w * StrictMath.exp(REACH * (k + 1) / Mixture.SIZE);
                double q = r / (r + 1);
                logs[k] += count.websocketErrors() * StrictMath.log(q / p)
                        + count.pollingErrors() * StrictMath.log((1 - q) / (1 - p));
            }
        }
        return logs;
    }

    /** The logarithm of the evidence. */
    double evidence(Exposures errors) {
        return Mixture.average(logs(errors));
    }
}
