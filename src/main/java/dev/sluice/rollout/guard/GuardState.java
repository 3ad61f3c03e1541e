package dev.sluice.rollout.guard;

import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.CohortWindow.Probes;

/**
 * Everything that was counted since the evidence was last started afresh. Together with {@link GuardSettings} it is
 * all that a verdict depends on.
 *
 * @param looks windows so far
 * @param spannedMillis how long they lasted, by a clock that does not jump
 * @param websocket sums; {@code voters} is the latest, since it counts clients and not votes
 * @param polling likewise
 * @param doubtfulVotes votes on WebSocket from windows that were concentrated
 * @param before upgrade probes of the step before, none on the first
 */
public record GuardState(
        long looks,
        long spannedMillis,
        CohortWindow websocket,
        CohortWindow polling,
        long doubtfulVotes,
        Exposures errors,
        Tracks tracks,
        Probes before) {

    /** One for each figure that looks at the latest more closely, and for the controls that can be sick as well. */
    public record Tracks(
            Track success, Track latency, Track fallbacks, Track errors, Track pollingSuccess, Track pollingLatency) {
        static final Tracks FRESH =
                new Tracks(Track.fresh(), Track.fresh(), Track.fresh(), Track.fresh(), Track.fresh(), Track.fresh());
    }

    /** Nothing was counted yet. */
    public static final GuardState FRESH = fresh(Probes.NONE);

    private static GuardState fresh(Probes before) {
        return new GuardState(0, 0, CohortWindow.EMPTY, CohortWindow.EMPTY, 0, Exposures.NONE, Tracks.FRESH, before);
    }

    /** The state in which the next step begins. */
    public GuardState nextStep() {
        return fresh(websocket.probes().offered() > 0 ? websocket.probes() : before);
    }

    /** The same memory of sickness with new counters, so that a figure of months does not stand for today's. */
    public GuardState renewed() {
        return new GuardState(0, 0, CohortWindow.EMPTY, CohortWindow.EMPTY, 0, Exposures.NONE, tracks, before);
    }

    static long votes(CohortWindow cohort) {
        return cohort.successes() + cohort.failures() + cohort.fallbacks();
    }

    /** Attempts that were made; a fallback is one that was not. */
    static long tries(CohortWindow cohort) {
        return cohort.successes() + cohort.failures();
    }

    static CohortWindow sum(CohortWindow all, CohortWindow next) {
        return new CohortWindow(
                all.successes() + next.successes(),
                all.failures() + next.failures(),
                all.fallbacks() + next.fallbacks(),
                all.noAttempts() + next.noAttempts(),
                next.voters(),
                next.concentrated(),
                all.latency().plus(next.latency()),
                all.errors() + next.errors(),
                all.clientMinutes() + next.clientMinutes(),
                new Probes(
                        all.probes().offered() + next.probes().offered(),
                        all.probes().probed() + next.probes().probed()));
    }

    /** A tenth of all votes, so that one sender can spoil a sample that is hardly more than his own, and no other. */
    boolean concentrated() {
        return doubtfulVotes * 10 > votes(websocket);
    }
}
