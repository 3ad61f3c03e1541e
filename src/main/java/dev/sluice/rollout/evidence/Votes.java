package dev.sluice.rollout.evidence;

import dev.sluice.rollout.evidence.ClientTable.Column;

/**
 * Who voted when: a client has one vote of a kind in a vote window, and is one of the voters from its first on. One
 * thread; times as in {@link AttemptLedger}.
 */
final class Votes {
    private final ClientTable clients;
    private final long voteMillis;
    private long restartedAt = -1;
    private int epoch = 1;

    Votes(ClientTable clients, EvidenceLimits limits) {
        this.clients = clients;
        this.voteMillis = limits.voteWindow().toMillis();
    }

    /** The vote window of that time. */
    int window(long time) {
        return (int) (time / voteMillis);
    }

    /** Whether a vote is not to be had again so soon after that time. */
    boolean isLately(int ticks, long time) {
        return Ticks.millisSince(ticks, time) < voteMillis;
    }

    /** Whether the client spent its vote of that kind, and has no new one. */
    boolean isSpent(int row, Column column, long time) {
        int last = clients.get(row, column);
        // In the step that both fall into, nobody knows which came first: better a vote less than one twice.
        boolean afresh = restartedAt >= 0 && last - Ticks.of(restartedAt) < 0;
        return last != 0 && !afresh && isLately(last, time);
    }

    /** It voted, and counts among the voters unless that was one too many of its address. */
    void voted(int row, Column column, CohortTally in, Outcome counted) {
        if (counted != Outcome.CAPPED && clients.get(row, column) != epoch) {
            clients.set(row, column, epoch);
            in.newVoter();
        }
    }

    /** Whether evidence was started afresh at that time or later. */
    boolean isBefore(long time) {
        return time <= restartedAt;
    }

    /** Evidence starts afresh: everybody has a vote again. */
    void restart(long time) {
        restartedAt = time;
        epoch++;
    }
}
