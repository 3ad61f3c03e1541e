package dev.sluice.rollout.drain;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A drain over a population that a test fills, with time that a test makes pass. */
final class Town implements Movables, DrainObserver {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final long SEED = Long.getLong("sluice.drain.seed", 7);

    final List<FakeClient> clients = new ArrayList<>();
    final List<FakeClient> order = new ArrayList<>();
    final List<Runnable> held = new ArrayList<>();
    final List<DrainCause> started = new ArrayList<>();
    boolean holdsTasks;
    boolean neverFinishesVisits;
    int visits;
    int pauses;
    int told;
    Duration lateness = Duration.ZERO;
    long millis = 1_000_000;
    RolloutState state = state(true, true, "100", "100", 0);
    final Drain drain;

    Town(DrainSettings settings) {
        drain = new Drain(
                List.of(this),
                () -> state,
                settings,
                () -> lateness,
                InstantSource.fixed(NOON),
                new SplittableRandom(SEED),
                this);
    }

    static Town usual() {
        return new Town(settings());
    }

    static DrainSettings settings() {
        return new DrainSettings(Duration.ofSeconds(4), DrainOrder.RANDOM, 2_000, Duration.ofMillis(250));
    }

    static RolloutState state(boolean websocket, boolean fallback, String target, String ceiling, long revision) {
        return new RolloutState(
                new Flags(websocket, fallback, Percentage.parse(target)),
                Percentage.parse(ceiling),
                Percentage.ZERO,
                "sluice",
                Bucketing.FLAGD,
                Overrides.NONE,
                revision);
    }

    Town with(int count) {
        for (int i = 0; i < count; i++) {
            FakeClient client = new FakeClient(this, "client-" + clients.size());
            client.connectedAt = clients.size();
            clients.add(client);
        }
        return this;
    }

    void change(boolean websocket, boolean fallback, String target, String ceiling) {
        RolloutState before = state;
        state = state(websocket, fallback, target, ceiling, before.revision() + 1);
        drain.rolloutChanged(before, state);
    }

    void target(String percent) {
        change(
                state.flags().websocketEnabled(),
                state.flags().fallbackEnabled(),
                percent,
                state.ceiling().toString());
    }

    void ceiling(String percent) {
        change(
                state.flags().websocketEnabled(),
                state.flags().fallbackEnabled(),
                state.target().toString(),
                percent);
    }

    void withoutFallback() {
        RolloutState before = state;
        state = new RolloutState(
                new Flags(true, false, before.target()),
                before.ceiling(),
                before.holdback(),
                before.salt(),
                before.bucketing(),
                before.overrides(),
                before.revision() + 1);
        drain.rolloutChanged(before, state);
    }

    /** A change of nothing that matters to most. */
    void override(String key) {
        RolloutState before = state;
        state = new RolloutState(
                before.flags(),
                before.ceiling(),
                before.holdback(),
                before.salt(),
                before.bucketing(),
                Overrides.of(List.of(new ClientOverride(key, Mode.POLLING, null, "test", NOON))),
                before.revision() + 1);
        drain.rolloutChanged(before, state);
    }

    /** Lets time pass in ticks. */
    void pass(long by) {
        for (long end = millis + by; millis < end; ) {
            millis += Drain.TICK.toMillis();
            drain.tick(millis);
        }
    }

    int told() {
        return order.size();
    }

    @Override
    public String protocol() {
        return "agent";
    }

    @Override
    public void visit(Consumer<Movable> visitor, Runnable visited) {
        visits++;
        clients.forEach(visitor);
        if (!neverFinishesVisits) {
            visited.run();
        }
    }

    @Override
    public int open() {
        return (int) clients.stream().filter(client -> client.reachable).count();
    }

    @Override
    public void started(DrainCause cause) {
        started.add(cause);
    }

    @Override
    public void told(String protocol, Mode from, Farewell farewell) {
        told++;
    }

    @Override
    public void paused() {
        pauses++;
    }
}
