package dev.sluice.rollout.evidence;

import java.time.Duration;

/**
 * How evidence is counted.
 *
 * @param attemptWindow an attempt's deadline, from its start
 * @param voteWindow in which a client has one vote
 * @param votesPerAddress votes of one address's unauthenticated clients in a vote window
 * @param pollSilence how long a client counts as polling after its last poll
 * @param maxClients remembered at once; beyond it those not heard of the longest are forgotten
 */
public record EvidenceLimits(
        Duration attemptWindow, Duration voteWindow, int votesPerAddress, Duration pollSilence, int maxClients) {
    /** 64 bytes each. */
    public static final int DEFAULT_MAX_CLIENTS = 200_000;

    public EvidenceLimits {
        requirePositive("attempt-window", attemptWindow);
        requirePositive("vote-window", voteWindow);
        requirePositive("poll silence", pollSilence);
        if (attemptWindow.compareTo(voteWindow) > 0) {
            // A second attempt could begin while the first waits for its deadline, and the client would vote twice.
            throw new IllegalArgumentException("the attempt-window must not be longer than the vote-window");
        }
        if (votesPerAddress < 1 || maxClients < 1) {
            throw new IllegalArgumentException("votes-per-address and the number of clients must be at least 1");
        }
    }

    private static void requirePositive(String what, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException("the " + what + " must be at least 1 ms");
        }
    }
}
