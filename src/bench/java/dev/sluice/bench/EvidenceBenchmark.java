package dev.sluice.bench;

import dev.sluice.rollout.evidence.ClientMarks;
import dev.sluice.rollout.evidence.Event;
import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.evidence.EvidenceLimits;
import dev.sluice.rollout.evidence.EvidenceObserver;
import dev.sluice.rollout.evidence.EvidenceWindow;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What evidence costs: naming a client and recording its outcome, which is what an event loop does; reading it into the
 * ledger, which is what the looking thread does; and closing a window in which each of 100,000 clients was offered, tried and worked.
 */
@BenchmarkMode(Mode.AverageTime)
@Fork(5)
public class EvidenceBenchmark {
    private static final int CLIENTS = 100_000;

    /** Half of what the ring holds. */
    private static final int BETWEEN_LOOKS = 1 << 14;

    private static final String VOUCHED_BY = "workspace:1";

    private static EvidenceLimits limits() {
        return new EvidenceLimits(
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                20,
                Duration.ofSeconds(90),
                EvidenceLimits.DEFAULT_MAX_CLIENTS);
    }

    private static String[] names() {
        String[] names = new String[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            names[i] = "agent-" + new UUID(i * 0x9e3779b97f4a7c15L, i);
        }
        return names;
    }

    /** One thread that records clients in turn, each with a name of 42 characters. */
    @State(Scope.Thread)
    public static class Recording {
        private final ClientMarks marks = ClientMarks.secret();
        private final String[] names = names();
        private final Evidence evidence =
                new Evidence(limits(), () -> System.nanoTime() / 1_000_000, EvidenceObserver.NONE, 0);
        private int next;

        void recordOne() {
            next = next + 1 == CLIENTS ? 0 : next + 1;
            evidence.record(Event.TRIED, marks.of(VOUCHED_BY, names[next]), 0, 1);
        }
    }

    /** The recording thread's own time: a neighbour that takes the processor away costs the clock and not the work. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cpu {
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

        public long recordNanos;
        public long settleNanos;
        public long events;

        long now() {
            return threads.getCurrentThreadCpuTime();
        }
    }

    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(BETWEEN_LOOKS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
    public void record(Recording state, Cpu cpu) {
        long began = cpu.now();
        for (int i = 0; i < BETWEEN_LOOKS; i++) {
            state.recordOne();
        }
        long recorded = cpu.now();
        state.evidence.tick();
        cpu.recordNanos += recorded - began;
        cpu.settleNanos += cpu.now() - recorded;
        cpu.events += BETWEEN_LOOKS;
        if (state.evidence.lost() > 0) {
            throw new IllegalStateException("events were dropped, which is too cheap");
        }
    }

    /** A window that is full each time. */
    @State(Scope.Thread)
    public static class Closing {
        private final ClientMarks marks = ClientMarks.secret();
        private final long[] clients = new long[CLIENTS];
        private long millis;
        private final Evidence evidence = new Evidence(limits(), () -> millis, EvidenceObserver.NONE, 0);

        @Setup(Level.Trial)
        public void name() {
            String[] names = names();
            for (int i = 0; i < CLIENTS; i++) {
                clients[i] = marks.of(VOUCHED_BY, names[i]);
            }
        }

        @Setup(Level.Invocation)
        public void fill() {
            for (int i = 0; i < CLIENTS; i++) {
                evidence.record(Event.OFFERED_WHILE_POLLING, clients[i], 0, 1);
                evidence.record(Event.TRIED, clients[i], 0, 1);
                evidence.record(Event.WORKED, clients[i], 0, 1);
                evidence.record(Event.LEFT, clients[i], 0, 1);
                if (i % 4_000 == 0) {
                    evidence.tick();
                }
            }
            // Past every deadline, and past the vote window, so that all of them vote again the next time.
            millis += 61_000;
        }
    }

    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    @Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
    @Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
    public EvidenceWindow close(Closing state) {
        EvidenceWindow window = state.evidence.close(state.millis);
        if (window.websocket().successes() != CLIENTS) {
            throw new IllegalStateException(window + ": not every client was counted");
        }
        return window;
    }
}
