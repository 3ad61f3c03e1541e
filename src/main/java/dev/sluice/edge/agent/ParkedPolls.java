package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.fleet.Presence;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The polls that wait for an answer right now, so that a changed decision can be told to them. Any thread. */
public final class ParkedPolls {
    /** Answers the poll empty, with the mode as it is by then. */
    @FunctionalInterface
    interface Release {
        void run();
    }

    /** @param mode what its agent is to use, as it was when the poll began to wait */
    record Parked(Presence agent, UUID tokenId, Mode mode) {}

    private final Map<Release, Parked> parked = new ConcurrentHashMap<>();

    void park(Release poll, Parked who) {
        parked.put(poll, who);
    }

    void answered(Release poll) {
        parked.remove(poll);
    }

    void forEach(BiConsumer<Release, Parked> visitor) {
        parked.forEach(visitor);
    }

    /** Answers what waits with that token; the next poll is refused. */
    public void releaseAllOf(UUID tokenId) {
        parked.forEach((poll, who) -> {
            if (who.tokenId().equals(tokenId)) {
                poll.run();
            }
        });
    }

    /** Polls that wait. */
    public int size() {
        return parked.size();
    }
}
