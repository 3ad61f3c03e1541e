package dev.sluice.rollout.evidence;

/**
 * One cohort's part of a window. A client has one vote per vote window, whatever it did how often.
 *
 * @param successes votes of clients that came to work: on WebSocket a first frame answered, on polling a request served
 * @param failures votes of clients that did not, through no refusal of ours
 * @param fallbacks votes of clients able to use WebSocket that were offered it and turned up polling; 0 for polling.
 *     Not among the failures
 * @param noAttempts clients that never showed they can use WebSocket and ignored the offer; no votes
 * @param voters distinct clients among the votes since the evidence was last started afresh
 * @param concentrated whether so many votes come from one unauthenticated address that they may be one liar's
 * @param latency of events delivered to clients that were attached
 * @param errors of clients that were connected or polling
 * @param clientMinutes how long how many clients were there to make those errors
 * @param probes Engine.IO sessions offered an upgrade, and among them those that probed; both 0 elsewhere
 */
public record CohortWindow(
        long successes,
        long failures,
        long fallbacks,
        long noAttempts,
        int voters,
        boolean concentrated,
        LatencyCounts latency,
        long errors,
        double clientMinutes,
        Probes probes) {

    /** A cohort to which nothing happened. */
    public static final CohortWindow EMPTY =
            new CohortWindow(0, 0, 0, 0, 0, false, LatencyCounts.EMPTY, 0, 0, Probes.NONE);

    /** How many sessions were offered an upgrade, and how many of them tried it. */
    public record Probes(long offered, long probed) {
        public static final Probes NONE = new Probes(0, 0);
    }
}
