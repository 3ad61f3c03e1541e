package dev.sluice.rollout.evidence;

/**
 * How much the unauthenticated clients of each address have said: in the present vote window, which is limited, and of
 * the sample so far. A fixed table in sets; a newcomer takes the place of one that said nothing in this window, and
 * where there is none it has to wait for the next. One thread.
 */
final class AddressVotes {
    private static final int SETS = 512;
    private static final int WAYS = 8;

    private final int perWindow;
    private final long[] addresses = new long[SETS * WAYS];
    private final int[] windows = new int[SETS * WAYS];
    private final int[] inWindow = new int[SETS * WAYS];
    private final int[] votes = new int[SETS * WAYS];
    private final int[] bad = new int[SETS * WAYS];

    AddressVotes(int perWindow) {
        this.perWindow = perWindow;
    }

    /** Takes one from what the address may say in this window; false where that is used up. */
    boolean spend(long address, int window) {
        int at = placeOf(address, window);
        if (at < 0) {
            return false;
        }
        if (windows[at] != window) {
            windows[at] = window;
            inWindow[at] = 0;
        }
        if (inWindow[at] >= perWindow) {
            return false;
        }
        inWindow[at]++;
        return true;
    }

    /** The vote counted. After {@link #spend}. */
    void voted(long address, int window, boolean success) {
        int at = placeOf(address, window);
        if (at >= 0) {
            votes[at]++;
            bad[at] += success ? 0 : 1;
        }
    }

    private int placeOf(long address, int window) {
        int first = (int) (address & SETS - 1) * WAYS;
        int free = -1;
        for (int at = first; at < first + WAYS; at++) {
            if (addresses[at] == address) {
                return at;
            }
            boolean idle = addresses[at] == 0 || windows[at] != window;
            if (idle && (free < 0 || votes[at] < votes[free])) {
                free = at;
            }
        }
        if (free >= 0) {
            addresses[free] = address;
            windows[free] = window;
            inWindow[free] = 0;
            votes[free] = 0;
            bad[free] = 0;
        }
        return free;
    }

    /**
     * Whether one address has most of the sample, or most of what went wrong in it where that weighs: a single bad vote
     * among many good ones comes from one address by necessity.
     */
    boolean dominate(long allVotes, long allBad) {
        for (int at = 0; at < addresses.length; at++) {
            boolean most = votes[at] * 2L > allVotes;
            boolean worst = bad[at] * 2L > allBad && bad[at] * 20L >= allVotes;
            if (votes[at] > 0 && (most || worst)) {
                return true;
            }
        }
        return false;
    }

    /** What is long ago shall weigh less. */
    void halve() {
        for (int at = 0; at < addresses.length; at++) {
            votes[at] /= 2;
            bad[at] /= 2;
        }
    }

    void forgetSample() {
        java.util.Arrays.fill(votes, 0);
        java.util.Arrays.fill(bad, 0);
    }
}
