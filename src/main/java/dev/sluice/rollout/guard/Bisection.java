package dev.sluice.rollout.guard;

import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds the bound of a confidence sequence: where a limit stops being refuted by what was counted. */
final class Bisection {
    /** Halvings: a millionth of the range, closer than anybody reads. */
    private static final int STEPS = 20;

    private Bisection() {}

    /** The greatest limit that the evidence "it is above" refutes; null where there is none. */
    static @Nullable Double lower(DoubleUnaryOperator above, double from, double to, double needed) {
        if (above.applyAsDouble(from) < needed) {
            return null;
        }
        double refuted = from;
        double open = to;
        for (int i = 0; i < STEPS; i++) {
            double middle = (refuted + open) / 2;
            if (above.applyAsDouble(middle) >= needed) {
                refuted = middle;
            } else {
                open = middle;
            }
        }
        return refuted;
    }

    /** The least limit that the evidence "it is below" refutes; null where there is none. */
    static @Nullable Double upper(DoubleUnaryOperator below, double from, double to, double needed) {
        Double mirrored = lower(x -> below.applyAsDouble(-x), -to, -from, needed);
        return mirrored == null ? null : Double.valueOf(-mirrored);
    }
}
