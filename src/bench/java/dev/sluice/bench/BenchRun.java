package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.bench.Report.Bound;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures, prints a table, writes {@code target/bench.json}, and ends with status 1 where a target is missed over at
 * least {@value #ROUNDS_THAT_COUNT} rounds. Arguments: any of {@code decision}, {@code evidence}, {@code heartbeats},
 * {@code polls}, {@code idle}, {@code fanout}, {@code socketio}, or {@code all}.
 *
 * <p>The gateway and the bare server take turns in every round. For the throughput both stay up, warm, and one of them
 * has work at a time; for the memory each round has fresh processes.
 */
public final class BenchRun {
    private static final int ROUNDS_THAT_COUNT = 5;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", ROUNDS_THAT_COUNT);
    private static final int IDLE_CONNECTIONS = Integer.getInteger("bench.idle", 10_000);
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP_SECONDS = 2;
    private static final int SECONDS = 5;

    /** Longer, once: the compilers have the most to do for whoever has the most code. */
    private static final int FIRST_WARM_UP_SECONDS = 10;

    static final List<String> THROUGHPUT_FLAGS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC");

    /** A collection gives back what is free but for a tenth, so that the figure is memory in use. */
    static final List<String> IDLE_FLAGS =
            List.of("-Xms32m", "-Xmx1g", "-XX:+UseG1GC", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    private static final double NANOS_PER_DECISION = 1_000;
    private static final double NANOS_PER_RECORD = 200;
    private static final double MILLIS_PER_CLOSE = 50;
    private static final double SHARE_OF_BARE = 0.6;
    private static final double KIB_PER_CONNECTION = 12;
    private static final double KIB_PER_GIB = 1024 * 1024;

    private final Path jar = Path.of(System.getProperty("bench.jar", "target/quarkus-app/quarkus-run.jar"));
    private final Path out = Path.of(System.getProperty("bench.out", "target"));
    private final Path log = out.resolve("bench.log");
    private final Report report = new Report();

    private BenchRun() {}

    public static void main(String[] args) throws Exception {
        Set<String> parts = Set.of(args);
        BenchRun run = new BenchRun();
        Files.createDirectories(run.out);
        Files.deleteIfExists(run.log);
        boolean all = parts.isEmpty() || parts.contains("all");
        if (all || parts.contains("decision")) {
            run.decision();
        }
        if (all || parts.contains("evidence")) {
            run.evidence();
        }
        if (all || parts.contains("heartbeats") || parts.contains("polls")) {
            run.throughput(all || parts.contains("heartbeats"), all || parts.contains("polls"));
        }
        if (all || parts.contains("idle")) {
            run.idle();
        }
        if (all || parts.contains("fanout")) {
            new FanoutBenchmark(run.jar, run.log, ROUNDS).run(run.report);
        }
        if (all || parts.contains("socketio")) {
            new SocketIoBenchmark(run.jar, run.log, ROUNDS).run(run.report);
        }
        run.report.print();
        run.report.write(run.out.resolve("bench.json"));
        // Vert.x and JMH leave threads behind; the verdict is the exit status.
        System.exit(run.report.met(ROUNDS_THAT_COUNT) ? 0 : 1);
    }

    private void decision() throws Exception {
        measured(DecisionBenchmark.class, "bench-jmh.log").stream()
                .sorted(Comparator.comparing(BenchRun::caption))
                .forEach(result -> report.add(caption(result), "ns", byFork(result), Bound.below(NANOS_PER_DECISION)));
    }

    private void evidence() throws Exception {
        for (RunResult result : measured(EvidenceBenchmark.class, "bench-jmh-evidence.log")) {
            if (result.getPrimaryResult().getLabel().equals("record")) {
                Bound below = Bound.below(NANOS_PER_RECORD);
                report.add("evidence, recording an outcome", "CPU ns", perEvent(result, "recordNanos"), below);
                report.add("evidence, counting it", "CPU ns", perEvent(result, "settleNanos"));
            } else {
                report.add(
                        "evidence, closing a window of 100,000 clients",
                        "ms",
                        byFork(result),
                        Bound.below(MILLIS_PER_CLOSE));
            }
        }
    }

    private static Samples perEvent(RunResult result, String counter) {
        Samples samples = new Samples();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            double events = fork.getSecondaryResults().get("events").getScore();
            samples.add(fork.getSecondaryResults().get(counter).getScore() / events);
        }
        return samples;
    }

    private Collection<RunResult> measured(Class<?> benchmarks, String logName) throws Exception {
        return new Runner(new OptionsBuilder()
                        .include(benchmarks.getName())
                        .jvmArgs("-Xms256m", "-Xmx256m")
                        .output(out.resolve(logName).toString())
                        .shouldFailOnError(true)
                        .build())
                .run();
    }

    private static String caption(RunResult result) {
        return "decision, %s, %4s overrides"
                .formatted(
                        result.getParams().getParam("bucketing").toLowerCase(java.util.Locale.ROOT),
                        result.getParams().getParam("overrides"));
    }

    /** One value per fork, since what differs between runs of a JVM differs between forks. */
    private static Samples byFork(RunResult result) {
        Samples samples = new Samples();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            samples.add(fork.getPrimaryResult().getScore());
        }
        return samples;
    }

    /** A kind of load, and what came of it on either side. */
    private record Contest(String mode, int inFlight, String caption, Samples gateway, Samples bare) {
        Contest(String mode, int inFlight, String caption) {
            this(mode, inFlight, caption, new Samples(), new Samples());
        }
    }

    private void throughput(boolean heartbeats, boolean polls) throws Exception {
        List<Contest> contests = new ArrayList<>();
        if (heartbeats) {
            contests.add(new Contest("heartbeats", 1, "heartbeats, 1 in flight"));
            contests.add(new Contest("heartbeats", 8, "heartbeats, 8 in flight"));
        }
        if (polls) {
            contests.add(new Contest("polls", 1, "polls"));
        }
        try (ServerProcess gateway = ServerProcess.gateway(jar, THROUGHPUT_FLAGS, log);
                ServerProcess bare = ServerProcess.bare(emptyPoll(gateway), THROUGHPUT_FLAGS, log)) {
            for (Contest contest : contests) {
                answersPerCpuSecond(contest, gateway, FIRST_WARM_UP_SECONDS);
                answersPerCpuSecond(contest, bare, FIRST_WARM_UP_SECONDS);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (Contest contest : contests) {
                    contest.gateway().add(answersPerCpuSecond(contest, gateway, WARM_UP_SECONDS));
                    contest.bare().add(answersPerCpuSecond(contest, bare, WARM_UP_SECONDS));
                }
            }
        }
        for (Contest contest : contests) {
            report.add(contest.caption() + ", gateway", "/CPU s", contest.gateway());
            report.add(contest.caption() + ", bare Vert.x", "/CPU s", contest.bare());
            report.add(
                    contest.caption() + ", gateway / bare",
                    "ratio",
                    contest.gateway().over(contest.bare()),
                    contest.mode().equals("heartbeats") ? Bound.atLeast(SHARE_OF_BARE) : null);
        }
    }

    private static String emptyPoll(ServerProcess gateway) throws Exception {
        return gateway.target().pollOnce(gateway.target().pollPath("poll-0"));
    }

    private double answersPerCpuSecond(Contest contest, ServerProcess server, int warmUp) throws Exception {
        List<Integer> numbers = List.of(CONNECTIONS, contest.inFlight(), warmUp, SECONDS);
        try (LoadProcess load = LoadProcess.start(contest.mode(), server, numbers, log)) {
            JsonNode figures = load.figures();
            progress(contest.caption(), server, figures);
            load.finished();
            return figures.get("answers").asDouble()
                    / figures.get("server_cpu_seconds").asDouble();
        }
    }

    /** Memory per connection on average, and for each of the second half. */
    private record Memory(Samples empty, Samples average, Samples marginal, Samples perGib) {
        Memory() {
            this(new Samples(), new Samples(), new Samples(), new Samples());
        }
    }

    private void idle() throws Exception {
        Memory ofGateway = new Memory();
        Memory ofBare = new Memory();
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess gateway = ServerProcess.gateway(jar, IDLE_FLAGS, log)) {
                hold(gateway, ofGateway);
            }
            try (ServerProcess bare = ServerProcess.bare("{}", IDLE_FLAGS, log)) {
                hold(bare, ofBare);
            }
        }
        describe("gateway", ofGateway, Bound.below(KIB_PER_CONNECTION));
        describe("bare Vert.x", ofBare, null);
        report.add("idle connection, gateway / bare", "ratio", ofGateway.average().over(ofBare.average()));
    }

    private void describe(String who, Memory memory, @org.jspecify.annotations.Nullable Bound bound) {
        report.add("process without connections, " + who, "MiB", memory.empty());
        report.add("idle connection, average, " + who, "KiB", memory.average(), bound);
        report.add("idle connection, each of the second half, " + who, "KiB", memory.marginal());
        report.add("idle connections in 1 GiB (extrapolated), " + who, "", memory.perGib());
    }

    private void hold(ServerProcess server, Memory memory) throws Exception {
        double empty = ProcessFigures.residentKiB(server.pid());
        try (LoadProcess load = LoadProcess.start("idle", server, List.of(IDLE_CONNECTIONS, 0, 0, 0), log)) {
            System.out.println("idle " + server.target().kind() + ": " + load.figures());
            double half = ProcessFigures.residentKiB(server.pid());
            load.proceed();
            System.out.println("idle " + server.target().kind() + ": " + load.figures());
            double full = ProcessFigures.residentKiB(server.pid());
            load.proceed();
            JsonNode end = load.figures();
            if (end.get("lost").asInt() > 0) {
                throw new IllegalStateException(end + ": connections were lost, so the figure is of fewer");
            }
            load.finished();
            double marginal = (full - half) / (IDLE_CONNECTIONS - IDLE_CONNECTIONS / 2);
            memory.empty().add(empty / 1024);
            memory.average().add((full - empty) / IDLE_CONNECTIONS);
            memory.marginal().add(marginal);
            memory.perGib().add(IDLE_CONNECTIONS + (KIB_PER_GIB - full) / marginal);
            System.out.printf(
                    "idle %s: empty %.0f, half %.0f, full %.0f KiB%n",
                    server.target().kind(), empty, half, full);
        }
    }

    private static void progress(String caption, ServerProcess server, JsonNode figures) {
        System.out.println(caption + " " + server.target().kind() + ": " + figures);
    }
}
