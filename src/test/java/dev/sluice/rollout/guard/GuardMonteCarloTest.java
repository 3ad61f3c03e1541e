package dev.sluice.rollout.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.rollout.evidence.LatencyCounts;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the tests promise, counted over many rollouts that never happened. */
class GuardMonteCarloTest {
    private static final long SEED = 20_261_120;
    private static final double ALPHA = 0.01;
    private static final double NEEDED = -Math.log(ALPHA);
    private static final int WINDOW = 20;
    private static final int ATTEMPTS = 5_000;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static void print(String what, Object... values) {
        System.out.printf("[monte carlo, seed %d] %s%n", SEED, what.formatted(values));
    }

    /** What chance alone may add to a share of runs, three sigma. */
    private static double atMost(double share, int runs) {
        return share + 3 * Math.sqrt(share * (1 - share) / runs);
    }

    private int hits(int trials, double p) {
        int hits = 0;
        for (int i = 0; i < trials; i++) {
            hits += random.nextDouble() < p ? 1 : 0;
        }
        return hits;
    }

    private static void add(double[] sum, double[] more) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += more[k];
        }
    }

    /** The average is never above the best, so most looks need not work it out. */
    private static boolean crossed(double[] logs, double needed) {
        return Mixture.best(logs) >= needed && Mixture.average(logs) >= needed;
    }

    @Test
    void healthyCohortsAreLeftAlone() {
        int runs = 10_000;
        double healthy = falseRollbacks(runs, 0.97);
        double limit = falseRollbacks(runs, 0.90);

        print(
                "success 97 %%: %.4f rolled back of %d; exactly at the limit: %.4f; allowed %.4f",
                healthy, runs, limit, atMost(ALPHA, runs));
        assertThat(healthy).isLessThanOrEqualTo(atMost(ALPHA, runs));
        assertThat(limit).isLessThanOrEqualTo(atMost(ALPHA, runs));
    }

    private double falseRollbacks(int runs, double p) {
        ProportionTest test = ProportionTest.below(0.90);
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            double[] logs = new double[Mixture.SIZE];
            for (int seen = 0; seen < ATTEMPTS; seen += WINDOW) {
                int hits = hits(WINDOW, p);
                add(logs, test.logs(hits, WINDOW - hits));
                if (crossed(logs, NEEDED)) {
                    wrong++;
                    break;
                }
            }
        }
        return (double) wrong / runs;
    }

    @Test
    void sickCohortsAreSeenSoon() {
        double eighty = medianAttempts(0.80);
        double fifty = medianAttempts(0.50);

        print("median attempts until a rollback: true 80 %%: %.0f, true 50 %%: %.0f", eighty, fifty);
        assertThat(eighty).isBetween(110.0, 128.0);
        assertThat(fifty).isBetween(7.0, 11.0);
    }

    private double medianAttempts(double p) {
        ProportionTest test = ProportionTest.below(0.90);
        double[] good = test.logs(1, 0);
        double[] bad = test.logs(0, 1);
        int[] seen = new int[4_001];
        for (int run = 0; run < seen.length; run++) {
            double[] logs = new double[Mixture.SIZE];
            while (!crossed(logs, NEEDED)) {
                add(logs, random.nextDouble() < p ? good : bad);
                seen[run]++;
            }
        }
        Arrays.sort(seen);
        return seen[seen.length / 2];
    }

    /** With what a step really uses: the evidence from its start and the late one together, at a looser level. */
    @Test
    void lookingForLateSicknessDoesNotCostTheLevel() {
        int runs = 2_000;
        double alpha = 0.05;
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            wrong += looksUntil(new Sickness(0.90, 0.90, Integer.MAX_VALUE), -Math.log(alpha), 150) < 150 ? 1 : 0;
        }
        double share = (double) wrong / runs;

        print(
                "with late evidence, at the limit, alpha 5 %%: %.4f of %d, allowed %.4f",
                share, runs, atMost(alpha, runs));
        assertThat(share).isLessThanOrEqualTo(atMost(alpha, runs)).isPositive();
    }

    @Test
    void oldHealthDoesNotHideNewSickness() {
        int after = 250;
        int[] looks = new int[101];
        for (int run = 0; run < looks.length; run++) {
            looks[run] = looksUntil(new Sickness(0.97, 0.50, after), NEEDED, 2_000) - after;
        }
        Arrays.sort(looks);
        int median = looks[looks.length / 2] * WINDOW;

        print("a fall from 97 %% to 50 %% after %d healthy attempts is seen after %d", after * WINDOW, median);
        assertThat(median).isLessThanOrEqualTo(100);
    }

    private record Sickness(double before, double then, int fromLook) {}

    private int looksUntil(Sickness truth, double needed, int atMost) {
        ProportionTest test = ProportionTest.below(0.90);
        Track track = Track.fresh();
        long all = 0;
        for (int look = 0; look < atMost; look++) {
            int hits = hits(WINDOW, look < truth.fromLook() ? truth.before() : truth.then());
            all += hits;
            track = track.next(test.logs(hits, WINDOW - hits));
            if (track.withinStep(test.evidence(all, (look + 1L) * WINDOW - all)) >= needed) {
                return look + 1;
            }
        }
        return atMost;
    }

    /** The alarm is set at 100,000 looks; at 100 the same can be counted. */
    @Test
    void afterThePlanFalseAlarmsAreRare() {
        ProportionTest test = ProportionTest.below(0.90);
        int runs = 300;
        long looks = 0;
        for (int run = 0; run < runs; run++) {
            Track track = Track.fresh();
            for (int look = 0; look < 3_000 && track.lately() < Math.log(100); look++) {
                int hits = hits(WINDOW, 0.90);
                track = track.next(test.logs(hits, WINDOW - hits));
                looks++;
            }
        }
        double average = (double) looks / runs;

        print("looks to a false alarm at the limit, alarm set at 100: %.0f", average);
        assertThat(average).isGreaterThan(100);
    }

    @Test
    void latenciesThatAreWithinTheLimitAreLeftAlone() {
        int runs = 2_000;
        int[] events = new int[201];
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            wrong += latencyAlarm(500, 1_000) < 1_000 ? 1 : 0;
        }
        for (int run = 0; run < events.length; run++) {
            events[run] = latencyAlarm(1_000, 100_000);
        }
        Arrays.sort(events);
        double share = (double) wrong / runs;

        print("mean exactly 500 ms: %.4f rolled back of %d; mean 1 s seen after %d events", share, runs, events[100]);
        assertThat(share).isLessThanOrEqualTo(atMost(ALPHA, runs));
        assertThat(events[100]).isLessThan(500);
    }

    /** Events until the mean is found to be above 500 ms, of latencies that are either nothing or clipped. */
    private int latencyAlarm(double meanMillis, int atMost) {
        MeanTest test = MeanTest.above(500);
        double[] fast = test.logs(one(0));
        double[] stuck = test.logs(one(LatencyCounts.CLIP_MILLIS));
        double[] logs = new double[Mixture.SIZE];
        for (int n = 0; n < atMost; n++) {
            add(logs, random.nextDouble() < meanMillis / LatencyCounts.CLIP_MILLIS ? stuck : fast);
            if (crossed(logs, NEEDED)) {
                return n;
            }
        }
        return atMost;
    }

    private static LatencyCounts one(double millis) {
        long[] counts = new long[LatencyCounts.BUCKETS];
        counts[LatencyCounts.bucketOf(millis)] = 1;
        return LatencyCounts.of(counts);
    }

    @Test
    void errorsAsFrequentAsOnPollingAreLeftAlone() {
        int runs = 500;
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            wrong += errorAlarm(1, 100) < 100 ? 1 : 0;
        }
        int[] looks = new int[101];
        for (int run = 0; run < looks.length; run++) {
            looks[run] = errorAlarm(3, 10_000);
        }
        Arrays.sort(looks);
        double share = (double) wrong / runs;

        print(
                "errors as frequent: %.4f rolled back of %d; three times as frequent: seen after %d looks",
                share, runs, looks[50]);
        assertThat(share).isLessThanOrEqualTo(atMost(ALPHA, runs));
        assertThat(looks[50]).isLessThan(40);
    }

    /** Four errors a look, under an exposure that changes from look to look. */
    private int errorAlarm(double timesAsOften, int atMost) {
        RateTest test = RateTest.above(1);
        Exposures errors = Exposures.NONE;
        for (int look = 0; look < atMost; look++) {
            double minutes = 1 + 9 * random.nextDouble();
            double theta = minutes * timesAsOften / (minutes * timesAsOften + 10);
            int ws = hits(4, theta);
            errors = errors.plus(ws, minutes, 4 - ws, 10);
            if (test.evidence(errors) >= NEEDED && errors.ratioOfRates() >= 1.5) {
                return look;
            }
        }
        return atMost;
    }
}
