package dev.sluice.edge.agent;

import dev.sluice.fleet.Presence;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The polls that wait for an answer right now, so that a changed decision can be told to them. Any thread. */
public final class ParkedPolls {
    /** Answers the poll empty, with the mode as it is by then. */
    @FunctionalInterface
    interface Release {
        void run();
    }

    private final Map<Release, Presence> parked = new ConcurrentHashMap<>();

    void park(Release poll, Presence agent) {
        parked.put(poll, agent);
    }

    void answered(Release poll) {
        parked.remove(poll);
    }

    void forEach(BiConsumer<Release, Presence> visitor) {
        parked.forEach(visitor);
    }

    /** Polls that wait. */
    public int size() {
        return parked.size();
    }
}
