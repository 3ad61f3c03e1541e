package dev.sluice.rollout.guard;

import java.util.Arrays;

/**
 * What a test remembers besides its counters, so that old health does not hide new sickness: for each alternative two
 * numbers that follow from all windows in their order.
 *
 * <p>{@code late} is evidence that was begun anew before every window, the nth time with the weight 1/(n(n+1)). The
 * weights add up to 1, so it is evidence as good as any: the chance that it ever reaches 1/α is at most α.
 * {@code cusum} is {@code M = max(M, 1)·e}, which promises less and sees more: it reaches A on average not before A looks.
 *
 * @param looks windows with samples so far
 * @see <a href="https://arxiv.org/abs/2203.03532">Shin, Ramdas, Rinaldo: E-detectors</a>
 */
public record Track(long looks, double[] late, double[] cusum) {

    /**
     * The weight of evidence from the very beginning; the rest is the late one's. It costs 0.1 of the 7 or so that are
     * needed, and finds a sickness that comes in the middle of a long step in minutes and not in hours.
     */
    private static final double FROM_THE_START = StrictMath.log(0.9);

    private static final double LATE = StrictMath.log(0.1);

    public Track {
        late = late.clone();
        cusum = cusum.clone();
        if (late.length != Mixture.SIZE || cusum.length != Mixture.SIZE) {
            throw new IllegalArgumentException("there are " + Mixture.SIZE + " alternatives");
        }
    }

    static Track fresh() {
        return new Track(0, new double[Mixture.SIZE], new double[Mixture.SIZE]);
    }

    /** One look further. @param logs what the window adds, one for each alternative */
    Track next(double[] logs) {
        double[] lateNext = new double[Mixture.SIZE];
        double[] cusumNext = new double[Mixture.SIZE];
        double n = looks + 1;
        double weight = -StrictMath.log(n) - StrictMath.log(n + 1);
        for (int k = 0; k < logs.length; k++) {
            lateNext[k] = (looks == 0 ? weight : Mixture.sum(late[k], weight)) + logs[k];
            cusumNext[k] = Math.max(cusum[k], 0) + logs[k];
        }
        return new Track(looks + 1, lateNext, cusumNext);
    }

    /** The logarithm of the evidence of one step. @param whole that of all counters together */
    double withinStep(double whole) {
        return looks == 0 ? 0 : Mixture.sum(FROM_THE_START + whole, LATE + Mixture.average(late));
    }

    /** The logarithm of what is held against the number of looks per false alarm. */
    double lately() {
        return looks == 0 ? 0 : Mixture.average(cusum);
    }

    @Override
    public double[] late() {
        return late.clone();
    }

    @Override
    public double[] cusum() {
        return cusum.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Track that
                && looks == that.looks
                && Arrays.equals(late, that.late)
                && Arrays.equals(cusum, that.cusum);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(late) * 31 + Long.hashCode(looks);
    }

    @Override
    public String toString() {
        return "Track[looks=%d, late=%.2f, cusum=%.2f]".formatted(looks, Mixture.average(late), lately());
    }
}
