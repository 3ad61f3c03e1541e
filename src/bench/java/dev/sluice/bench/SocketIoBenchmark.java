package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.bench.Report.Bound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same Socket.IO clients at the gateway, at socket.io on Node.js and at netty-socketio: one room, events published
 * over HTTP one at a time, deliveries per second of the server's CPU; and the memory of clients that are only there.
 */
final class SocketIoBenchmark {
    private static final int CLIENTS = 1_000;
    /** Events in a publication, over WebSocket. */
    private static final int BATCH = 8;

    private static final int IDLE = Integer.getInteger("bench.socketio.idle", 16_000);
    private static final int FIRST_WARM_UP_SECONDS = 30;
    /** Each load opens its connections anew, and what that had compiled is not the deliveries' cost. */
    private static final int WARM_UP_SECONDS = 6;

    private static final int SECONDS = Integer.getInteger("bench.fanout.seconds", 4);
    private static final String IDLE_EACH = "idle client, each of the second half, KiB";
    private static final double TIMES_NODE = 1.4;
    private static final double TIMES_NODE_POLLING = 2;

    private final Path jar;
    private final Path log;
    private final int rounds;
    /** Where the script of the peer and its packages are. */
    private final Path peer = Path.of(System.getProperty("bench.socketio.peer", "src/bench/js"));

    private final Map<String, Map<Target.Kind, Samples>> figures = new LinkedHashMap<>();

    SocketIoBenchmark(Path jar, Path log, int rounds) {
        this.jar = jar;
        this.log = log;
        this.rounds = rounds;
    }

    void run(Report report) throws Exception {
        if (!Files.isDirectory(peer.resolve("node_modules"))) {
            System.out.println("SKIPPED: socketio. Run npm ci in " + peer + " first; it needs Node.js.");
            return;
        }
        throughput();
        for (int round = 0; round < rounds; round++) {
            idle();
        }
        figures.forEach((name, figure) -> describe(report, name, figure));
    }

    private void throughput() throws Exception {
        List<String> flags = BenchRun.THROUGHPUT_FLAGS;
        try (ServerProcess gateway = ServerProcess.publishingGateway(jar, flags, log);
                ServerProcess node = ServerProcess.node(peer.resolve("socketio-peer.mjs"), log);
                ServerProcess netty = ServerProcess.netty(flags, log)) {
            for (int round = -1; round < rounds; round++) {
                for (String mode : List.of("socketio", "socketio-polls")) {
                    load(mode, gateway, round < 0);
                    load(mode, node, round < 0);
                    if (mode.equals("socketio")) {
                        // Over polling it does not serve the handshake that the other two serve.
                        load(mode, netty, round < 0);
                    }
                }
            }
        }
    }

    private void load(String mode, ServerProcess server, boolean warmUp) throws Exception {
        server.awaitNobody();
        List<Integer> numbers = List.of(CLIENTS, BATCH, warmUp ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS, SECONDS);
        try (LoadProcess load = LoadProcess.start(mode, server, numbers, log)) {
            for (int phase = 0; phase < (mode.endsWith("polls") ? 2 : 3); phase++) {
                JsonNode line = load.figures();
                System.out.println(mode + " " + server.target().kind() + ": " + line);
                double perCpuSecond = line.get("deliveries").asDouble()
                        / line.get("server_cpu_seconds").asDouble();
                if (!warmUp) {
                    note(mode + ", " + line.get("phase").textValue(), server, perCpuSecond);
                }
            }
            load.finished();
        }
    }

    private void idle() throws Exception {
        try (ServerProcess gateway = ServerProcess.publishingGateway(jar, BenchRun.IDLE_FLAGS, log)) {
            hold(gateway);
        }
        try (ServerProcess node = ServerProcess.node(peer.resolve("socketio-peer.mjs"), log)) {
            hold(node);
        }
        try (ServerProcess netty = ServerProcess.netty(BenchRun.IDLE_FLAGS, log)) {
            hold(netty);
        }
    }

    private void hold(ServerProcess server) throws Exception {
        double empty = resident(server);
        try (LoadProcess load = LoadProcess.start("socketio-idle", server, List.of(IDLE, 0, 0, 0), log)) {
            load.figures();
            double half = resident(server);
            load.proceed();
            load.figures();
            double full = resident(server);
            load.proceed();
            JsonNode end = load.figures();
            if (end.get("lost").asInt() > 0) {
                throw new IllegalStateException(end + ": connections were lost, so the figure is of fewer");
            }
            load.finished();
            System.out.printf(
                    "idle socketio %s: empty %.0f, half %.0f, full %.0f KiB%n",
                    server.target().kind(), empty, half, full);
            note(IDLE_EACH, server, (full - half) / (IDLE - IDLE / 2));
            note("idle client, average of all, with what the first ones cost once, KiB", server, (full - empty) / IDLE);
        }
    }

    private static double resident(ServerProcess server) throws IOException, InterruptedException {
        ProcessFigures.awaitQuiet(server.pid());
        if (server.target().kind() != Target.Kind.NODE) {
            return ProcessFigures.residentKiB(server.pid());
        }
        // Its script collects garbage when it is asked to.
        server.signal("USR2");
        return ProcessFigures.residentKiBAsItIs(server.pid());
    }

    private void note(String name, ServerProcess server, double value) {
        figures.computeIfAbsent(name, figure -> new EnumMap<>(Target.Kind.class))
                .computeIfAbsent(server.target().kind(), kind -> new Samples())
                .add(value);
    }

    private static void describe(Report report, String name, Map<Target.Kind, Samples> figure) {
        boolean memory = name.startsWith("idle");
        String unit = memory ? "KiB" : "/CPU s";
        Samples gateway = figure.get(Target.Kind.GATEWAY);
        report.add(name + ", gateway", unit, gateway);
        for (Target.Kind peer : List.of(Target.Kind.NODE, Target.Kind.NETTY)) {
            if (!figure.containsKey(peer)) {
                continue;
            }
            report.add(name + ", " + peer, unit, figure.get(peer));
            Bound bound = null;
            if (memory) {
                // What code and classes cost is paid once, by whoever comes first, and is no client's.
                bound = name.equals(IDLE_EACH) ? Bound.below(1) : null;
            } else if (peer == Target.Kind.NODE) {
                bound = Bound.atLeast(name.contains("polls") ? TIMES_NODE_POLLING : TIMES_NODE);
            }
            report.add(name + ", gateway / " + peer, "ratio", gateway.over(figure.get(peer)), bound);
        }
    }
}
