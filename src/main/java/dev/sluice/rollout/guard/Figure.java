package dev.sluice.rollout.guard;

import org.jspecify.annotations.Nullable;

/**
 * One figure as it was judged.
 *
 * @param value on WebSocket, or WebSocket for each on polling where it is a ratio; null without samples
 * @param control the same on polling, null where there is none
 * @param rollback evidence that it is too bad to stay, null where that cannot roll back
 * @param advance evidence that it is good enough to go on, null where that is not asked
 * @param bounds between which the true value lies, at any time, with confidence {@code 1 − advance-alpha} on each side
 * @param timing how long things take at the present rate
 */
public record Figure(
        FigureName name,
        FigureState state,
        @Nullable Double value,
        @Nullable Double control,
        long samples,
        long controlSamples,
        @Nullable Evidence rollback,
        @Nullable Evidence advance,
        Bounds bounds,
        Timing timing) {

    /** Natural logarithms of an e-value and of what it must reach. */
    public record Evidence(double log, double needed) {
        boolean enough() {
            return log >= needed;
        }
    }

    /** Null: nothing is known on that side. */
    public record Bounds(@Nullable Double lower, @Nullable Double upper) {
        static final Bounds NONE = new Bounds(null, null);
    }

    /**
     * @param detectMillis expected until a fall to 80 % is seen, null where it is not measured so or there is no traffic
     * @param decideMillis expected until an undecided figure is decided, null where it is, or cannot be said
     */
    public record Timing(@Nullable Long detectMillis, @Nullable Long decideMillis) {
        static final Timing NONE = new Timing(null, null);
    }

    static Figure notApplicable(FigureName name) {
        return new Figure(name, FigureState.NOT_APPLICABLE, null, null, 0, 0, null, null, Bounds.NONE, Timing.NONE);
    }
}
