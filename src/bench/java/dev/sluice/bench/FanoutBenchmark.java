package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.bench.Report.Bound;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One channel, thousands of subscribers: deliveries per second of CPU and how late they come, next to the bare server.
 * Both servers stay up and take turns; each turn is a load process with connections of its own.
 */
final class FanoutBenchmark {
    private static final int BATCH = 8;
    private static final int FIRST_WARM_UP_SECONDS = 20;
    /** Each load opens its connections anew. What either has compiled is waited for besides. */
    private static final int WARM_UP_SECONDS = 6;
    private static final int SECONDS = Integer.getInteger("bench.fanout.seconds", 4);
    private static final double SHARE_OF_BARE = 0.8;
    private static final double TIMES_BARE = 1.5;

    /** Counts as at most, since figures have no such digits. */
    private static final double A_HAIR = 1e-9;

    private final Path jar;
    private final Path log;
    private final int rounds;
    private final Map<String, Figure> figures = new LinkedHashMap<>();

    /** What came of one phase on either side. */
    private record Figure(Side gateway, Side bare) {}

    private record Side(Samples perCpuSecond, Samples p50, Samples p99) {
        Side() {
            this(new Samples(), new Samples(), new Samples());
        }
    }

    private record Load(String mode, String caption, int subscribers, int phases) {
        String name(JsonNode line) {
            return "%s, %,d x %s".formatted(caption, subscribers, line.get("phase").textValue());
        }
    }

    private static final List<Load> LOADS = List.of(
            new Load("fanout-steady", "WebSocket fan-out", 1_000, 3),
            new Load("fanout", "WebSocket fan-out", 5_000, 2),
            new Load("fanout-polls", "long-poll fan-out", 1_000, 2),
            new Load("fanout-polls", "long-poll fan-out", 5_000, 2));

    FanoutBenchmark(Path jar, Path log, int rounds) {
        this.jar = jar;
        this.log = log;
        this.rounds = rounds;
    }

    void run(Report report) throws Exception {
        String only = System.getProperty("bench.fanout.only", ".*");
        try (ServerProcess gateway = ServerProcess.publishingGateway(jar, BenchRun.THROUGHPUT_FLAGS, log);
                ServerProcess bare = ServerProcess.bare("{}", BenchRun.THROUGHPUT_FLAGS, log)) {
            for (int round = -1; round < rounds; round++) {
                for (Load load : LOADS) {
                    boolean warmUp = round < 0;
                    if (load.mode().matches(only)) {
                        run(load, gateway, warmUp);
                        run(load, bare, warmUp);
                    }
                }
            }
        }
        figures.forEach((name, figure) -> describe(report, name, figure));
    }

    private void run(Load load, ServerProcess server, boolean warmUp) throws Exception {
        int before = warmUp ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS;
        List<Integer> numbers = List.of(load.subscribers(), BATCH, before, SECONDS);
        server.awaitNobody();
        try (LoadProcess process = LoadProcess.start(load.mode(), server, numbers, log)) {
            for (int i = 0; i < load.phases(); i++) {
                JsonNode line = process.figures();
                System.out.println(load.caption() + " " + load.subscribers() + " " + server.target().kind() + ": " + line);
                if (!warmUp) {
                    note(load, server, line);
                }
            }
            process.finished();
        }
    }

    private void note(Load load, ServerProcess server, JsonNode line) {
        Figure figure = figures.computeIfAbsent(load.name(line), name -> new Figure(new Side(), new Side()));
        Side side = server.target().kind() == Target.Kind.BARE ? figure.bare() : figure.gateway();
        side.perCpuSecond()
                .add(line.get("deliveries").asDouble()
                        / line.get("server_cpu_seconds").asDouble());
        side.p50().add(line.get("p50").asDouble());
        side.p99().add(line.get("p99").asDouble());
    }

    private static void describe(Report report, String name, Figure figure) {
        boolean steady = name.endsWith("steady");
        compare(report, name, "/CPU s", figure.gateway().perCpuSecond(), figure.bare().perCpuSecond(),
                Bound.atLeast(SHARE_OF_BARE));
        compare(report, name + ", p50", "ms", figure.gateway().p50(), figure.bare().p50(), null);
        compare(report, name + ", p99", "ms", figure.gateway().p99(), figure.bare().p99(),
                steady ? Bound.below(TIMES_BARE + A_HAIR) : null);
    }

    private static void compare(
            Report report, String name, String unit, Samples gateway, Samples bare, @Nullable Bound bound) {
        report.add(name + ", gateway", unit, gateway);
        report.add(name + ", bare", unit, bare);
        report.add(name + ", ratio", "ratio", gateway.over(bare), bound);
    }
}
