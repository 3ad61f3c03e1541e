package dev.sluice.rollout.drain;

import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Counts the clients of this node: how many the decision puts on WebSocket, and how many of those are there. Assigned is
 * not connected: a plan that bakes on what was assigned proves nothing. Each count is one walk over everybody, on their
 * own contexts; never on the path of a message. Any thread.
 */
public final class Following {
    /** How often {@link #look} is worth calling: a hundred thousand clients cost about a tenth of a second. */
    public static final Duration EVERY = Duration.ofSeconds(10);

    private static final long NEVER = -1;

    private final List<Movables> populations;
    private final Supplier<RolloutState> state;
    private final InstantSource clock;
    private volatile Share latest;

    public Following(List<Movables> populations, Supplier<RolloutState> state, InstantSource clock) {
        this.populations = List.copyOf(populations);
        this.state = state;
        this.clock = clock;
        this.latest = new Share(0, 0, 0, 0, NEVER, clock.instant());
    }

    /** As counted last. */
    public Share latest() {
        return latest;
    }

    /** Counts, for {@link #latest}, under the state in force. */
    public Uni<Share> look() {
        return Uni.createFrom().deferred(() -> {
            RolloutState now = state.get();
            return count(now, now).map(byProtocol -> {
                Headcount all = byProtocol.values().stream().reduce(Headcount.NOBODY, Headcount::plus);
                latest = new Share(
                        all.present(), all.assigned(), all.able(), all.connected(), now.revision(), clock.instant());
                return latest;
            });
        });
    }

    /**
     * Counts by protocol, and what {@code then} would mean. Answers when the last population has been visited, on its
     * thread; whoever waits for it sets a deadline.
     */
    public Uni<Map<String, Headcount>> count(RolloutState now, RolloutState then) {
        return Uni.createFrom().emitter(emitter -> {
            Map<String, Tally> tallies = new LinkedHashMap<>();
            populations.forEach(population -> tallies.put(population.protocol(), new Tally(now, then)));
            // One more than there are, so that it is not over before all were asked.
            AtomicInteger left = new AtomicInteger(populations.size() + 1);
            Runnable visited = () -> {
                if (left.decrementAndGet() == 0) {
                    Map<String, Headcount> sums = new TreeMap<>();
                    tallies.forEach((protocol, tally) -> sums.put(protocol, tally.sum()));
                    emitter.complete(sums);
                }
            };
            for (Movables population : populations) {
                Tally tally = tallies.getOrDefault(population.protocol(), new Tally(now, then));
                population.visit(tally::count, visited);
            }
            visited.run();
        });
    }
}
