package dev.sluice.rollout.guard;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.CohortWindow.Probes;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.evidence.LatencyCounts;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Windows and settings that tests begin with. */
final class Windows {
    static final GuardSettings SETTINGS = settings(1);

    /** Good in every respect, and much of it. */
    static final CohortWindow HEALTHY = votes(1_000, 0).latency(20, 1_000).window();

    private Windows() {}

    static GuardSettings settings(int steps) {
        return new GuardSettings(0.01, 0.05, steps, 5, 0.95, 0.90, 100, 500, 0.05, null, 1.5);
    }

    static PlanSettings plan(String... steps) {
        List<Percentage> all = Stream.of(steps).map(Percentage::parse).toList();
        return new PlanSettings(all, Duration.ofHours(1), PlanSettings.OnRollback.ZERO, null);
    }

    static Cohort votes(long successes, long failures) {
        return new Cohort(successes, failures, 0, 50, false, LatencyCounts.EMPTY, 0, 0, Probes.NONE);
    }

    static EvidenceWindow of(CohortWindow websocket) {
        return of(websocket, CohortWindow.EMPTY);
    }

    static EvidenceWindow of(CohortWindow websocket, CohortWindow polling) {
        return new EvidenceWindow(0, 30_000, websocket, polling);
    }

    static LatencyCounts latencies(double millis, long count) {
        long[] counts = new long[LatencyCounts.BUCKETS];
        counts[LatencyCounts.bucketOf(millis)] = count;
        return LatencyCounts.of(counts);
    }

    /** A window under construction. */
    record Cohort(
            long successes,
            long failures,
            long fallbacks,
            int voters,
            boolean concentrated,
            LatencyCounts latency,
            long errors,
            double minutes,
            Probes probes) {

        Cohort fallbacks(long count) {
            return new Cohort(successes, failures, count, voters, concentrated, latency, errors, minutes, probes);
        }

        Cohort voters(int count) {
            return new Cohort(successes, failures, fallbacks, count, concentrated, latency, errors, minutes, probes);
        }

        Cohort concentrate() {
            return new Cohort(successes, failures, fallbacks, voters, true, latency, errors, minutes, probes);
        }

        Cohort latency(double millis, long count) {
            LatencyCounts counts = latencies(millis, count);
            return new Cohort(successes, failures, fallbacks, voters, concentrated, counts, errors, minutes, probes);
        }

        Cohort errors(long count, double during) {
            return new Cohort(successes, failures, fallbacks, voters, concentrated, latency, count, during, probes);
        }

        Cohort probes(long offered, long probed) {
            Probes some = new Probes(offered, probed);
            return new Cohort(successes, failures, fallbacks, voters, concentrated, latency, errors, minutes, some);
        }

        CohortWindow window() {
            return new CohortWindow(
                    successes, failures, fallbacks, 0, voters, concentrated, latency, errors, minutes, probes);
        }
    }
}
