package dev.sluice.rollout.evidence;

import dev.sluice.rollout.evidence.CohortWindow.Probes;

/** One cohort's counters since the last window was closed. One thread. */
final class CohortTally {
    private final AddressVotes votesByAddress;
    private final AddressVotes errorsByAddress;
    private final long[] outcomes = new long[Outcome.values().length];
    private long errors;
    private long exposureMillis;
    private long upgradesOffered;
    private long upgradesProbed;
    private int voters;

    /** The sample that concentration is looked for in: since the evidence was started afresh, the older the less. */
    private long sample;

    private long badSample;

    CohortTally(int votesPerAddress) {
        votesByAddress = new AddressVotes(votesPerAddress);
        errorsByAddress = new AddressVotes(votesPerAddress);
    }

    /** Counts a vote; {@link Outcome#CAPPED} where its address has none left. */
    Outcome vote(Outcome outcome, long address, int window) {
        if (address != 0 && !votesByAddress.spend(address, window)) {
            outcomes[Outcome.CAPPED.ordinal()]++;
            return Outcome.CAPPED;
        }
        outcomes[outcome.ordinal()]++;
        sample++;
        badSample += outcome == Outcome.SUCCESS ? 0 : 1;
        if (address != 0) {
            votesByAddress.voted(address, window, outcome == Outcome.SUCCESS);
        }
        return outcome;
    }

    void noAttempt() {
        outcomes[Outcome.NO_ATTEMPT.ordinal()]++;
    }

    /** A client voted that had not since the evidence was started afresh. */
    void newVoter() {
        voters++;
    }

    void error(long address, int window) {
        if (address == 0 || errorsByAddress.spend(address, window)) {
            errors++;
        }
    }

    void upgradeOffered(boolean probed) {
        upgradesOffered++;
        upgradesProbed += probed ? 1 : 0;
    }

    void exposed(long millis) {
        exposureMillis += millis;
    }

    boolean concentrated() {
        return votesByAddress.dominate(sample, badSample);
    }

    void halveSample() {
        votesByAddress.halve();
        sample /= 2;
        badSample /= 2;
    }

    /** What was counted since this was asked the last time. */
    CohortWindow take(LatencyCounts latency) {
        CohortWindow window = new CohortWindow(
                count(Outcome.SUCCESS),
                count(Outcome.FAILURE),
                count(Outcome.FALLBACK),
                count(Outcome.NO_ATTEMPT),
                voters,
                concentrated(),
                latency,
                errors,
                exposureMillis / 60_000.0,
                new Probes(upgradesOffered, upgradesProbed));
        forgetCounts();
        return window;
    }

    private long count(Outcome outcome) {
        return outcomes[outcome.ordinal()];
    }

    private void forgetCounts() {
        java.util.Arrays.fill(outcomes, 0);
        errors = 0;
        exposureMillis = 0;
        upgradesOffered = 0;
        upgradesProbed = 0;
    }

    /** Evidence starts afresh. */
    void restart() {
        forgetCounts();
        voters = 0;
        sample = 0;
        badSample = 0;
        votesByAddress.forgetSample();
    }
}
