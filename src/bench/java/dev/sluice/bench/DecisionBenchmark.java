package dev.sluice.bench;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Decider;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of one decision, over clients that are all different, with and without operators' exceptions. */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class DecisionBenchmark {
    /** A power of two, and more than a branch predictor remembers. */
    private static final int CLIENTS = 4096;

    @Param({"FLAGD", "UNLEASH", "GROWTHBOOK", "LAUNCHDARKLY"})
    public Bucketing bucketing = Bucketing.FLAGD;

    @Param({"0", "1000"})
    public int overrides;

    private RolloutState state = stateOf(Bucketing.FLAGD, 0);
    private ClientFacts[] clients = {};
    private int next;

    @Setup
    public void build() {
        state = stateOf(bucketing, overrides);
        Random random = new Random(42);
        clients = new ClientFacts[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            String key = "agent-" + new UUID(random.nextLong(), random.nextLong());
            Map<String, String> labels = Map.of("environment", "production", "region", "eu-west-" + i % 4);
            clients[i] = new ClientFacts(key, "token-" + i % 16, labels, false, false);
        }
    }

    /** Half of them by client, the rest by token and by label; a few of the labels are worn by the clients above. */
    private static RolloutState stateOf(Bucketing bucketing, int count) {
        List<ClientOverride> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String selector =
                    switch (i % 4) {
                        case 0, 1 -> "agent-" + i;
                        case 2 -> "token:token-of-" + i;
                        default -> "label:region=eu-west-" + i;
                    };
            all.add(new ClientOverride(
                    selector, i % 8 < 4 ? Mode.POLLING : Mode.WEBSOCKET, null, "bench", Instant.EPOCH));
        }
        Flags flags = new Flags(true, true, Percentage.parse("50"));
        return new RolloutState(
                flags, Percentage.FULL, Percentage.ZERO, "sluice", bucketing, Overrides.of(all), 1);
    }

    @Benchmark
    public Decision decide() {
        return Decider.decide(state, clients[next++ & CLIENTS - 1]);
    }
}
