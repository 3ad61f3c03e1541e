package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.edge.loop.Deadlines;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The polls that wait for an answer right now, so that a changed decision can be told to them. Any thread. */
public final class ParkedPolls {
    /** Answers the poll empty, with the mode as it is by then. */
    @FunctionalInterface
    interface Release {
        void run();
    }

    /**
     * @param mode what its agent is to use, as it was when the poll began to wait
     * @param since when that was, in milliseconds since the epoch
     */
    record Parked(Release release, Presence agent, Token token, Mode mode, long since) {}

    private final Map<Release, Parked> parked = new ConcurrentHashMap<>();
    private final Deadlines waits;

    public ParkedPolls(Deadlines waits) {
        this.waits = waits;
    }

    /** When they are answered although nothing came. */
    Deadlines waits() {
        return waits;
    }

    void park(Parked poll) {
        parked.put(poll.release(), poll);
    }

    void answered(Release poll) {
        parked.remove(poll);
    }

    boolean waits(Release poll) {
        return parked.containsKey(poll);
    }

    /** Answers it empty; false where it was answered already. */
    boolean release(Release poll) {
        if (parked.remove(poll) == null) {
            return false;
        }
        poll.run();
        return true;
    }

    /** As they are at this moment. */
    List<Parked> all() {
        return List.copyOf(parked.values());
    }

    /** Answers what waits with that token; the next poll is refused. */
    public void releaseAllOf(UUID tokenId) {
        for (Parked poll : all()) {
            if (poll.token().id().equals(tokenId)) {
                release(poll.release());
            }
        }
    }

    /** Polls that wait. */
    public int size() {
        return parked.size();
    }
}
