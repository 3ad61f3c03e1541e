package dev.sluice.rollout.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * Errors of both cohorts, counted apart for each ratio of exposure under which they were made: how many client-minutes
 * there were on WebSocket for one on polling. The ratio is rounded up to a step of 5 %, as if WebSocket had been used a
 * little more than it was: an error of a WebSocket client is then a little less remarkable, and a test on these counts
 * stays valid.
 *
 * @param counts by rising step, each step once
 */
public record Exposures(List<Count> counts) {
    public static final Exposures NONE = new Exposures(List.of());

    private static final double LOG_STEP = StrictMath.log(1.05);

    /** Thousandfold to either side: beyond that there is no control to speak of. */
    private static final int OUTERMOST = 142;

    /** Errors at one ratio, {@code 1.05^step}. */
    public record Count(int step, long websocketErrors, long pollingErrors) {}

    public Exposures {
        counts = List.copyOf(counts);
    }

    /** Adds a window; one in which either cohort was absent tells nothing about the other. */
    Exposures plus(long websocketErrors, double websocketMinutes, long pollingErrors, double pollingMinutes) {
        if (websocketErrors + pollingErrors == 0 || !(websocketMinutes > 0) || !(pollingMinutes > 0)) {
            return this;
        }
        int step = step(websocketMinutes / pollingMinutes);
        return step > OUTERMOST ? this : plus(new Count(Math.max(step, -OUTERMOST), websocketErrors, pollingErrors));
    }

    private static int step(double ratio) {
        return (int) Math.min(OUTERMOST + 1L, (long) Math.ceil(StrictMath.log(ratio) / LOG_STEP));
    }

    private Exposures plus(Count fresh) {
        List<Count> sum = new ArrayList<>(counts.size() + 1);
        Count rest = fresh;
        for (Count count : counts) {
            if (rest != null && count.step() == rest.step()) {
                sum.add(new Count(
                        count.step(),
                        count.websocketErrors() + rest.websocketErrors(),
                        count.pollingErrors() + rest.pollingErrors()));
                rest = null;
                continue;
            }
            if (rest != null && count.step() > rest.step()) {
                sum.add(rest);
                rest = null;
            }
            sum.add(count);
        }
        if (rest != null) {
            sum.add(rest);
        }
        return new Exposures(sum);
    }

    static double ratio(int step) {
        return StrictMath.exp(step * LOG_STEP);
    }

    long websocketErrors() {
        return counts.stream().mapToLong(Count::websocketErrors).sum();
    }

    long pollingErrors() {
        return counts.stream().mapToLong(Count::pollingErrors).sum();
    }

    /**
     * How many times as often WebSocket clients err, by the estimate of Mantel and Haenszel, which lets each ratio of
     * exposure speak by its weight; at most {@value #MOST}, 0 without errors.
     */
    double ratioOfRates() {
        double websocket = 0;
        double polling = 0;
        for (Count count : counts) {
            double w = ratio(count.step());
            websocket += count.websocketErrors() / (1 + w);
            polling += count.pollingErrors() * w / (1 + w);
        }
        return websocket == 0 ? 0 : Math.min(MOST, websocket / polling);
    }

    /** Where polling made no error the estimate has no end. */
    static final double MOST = 1_000;
}
