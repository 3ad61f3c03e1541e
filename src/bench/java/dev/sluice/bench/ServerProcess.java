package dev.sluice.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server under test in its own process, on a free port of the loopback address; closing it ends that process. */
final class ServerProcess implements AutoCloseable {
    /** As many as serve the gateway: more would wake up more often for the same work, and flatter it. */
    private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();

    private static final long START_SECONDS = 90;
    private static final long STOP_SECONDS = 30;

    /** A closed loop of few connections, or thousands from few addresses, send more than they may; the bucket is asked. */
    private static final String NO_LIMIT = "1000000";

    /**
     * Whoever hung up is kept for its grace and offered whatever is published. With each load that would be a thousand
     * more, who get nothing and cost as much as those who do.
     */
    private static final int GRACE_SECONDS = 5;

    private final Process process;
    private final Target target;
    private final Path directory;

    private ServerProcess(Process process, Target target, Path directory) {
        this.process = process;
        this.target = target;
        this.directory = directory;
    }

    /** The packaged gateway on a database of its own, which is empty; its target's token is an agent's. */
    static ServerProcess gateway(Path jar, List<String> jvmFlags, Path log) throws Exception {
        return gateway(jar, jvmFlags, log, "SLUICE_AGENT_TOKEN");
    }

    /** The same, but its target's token may publish. */
    static ServerProcess publishingGateway(Path jar, List<String> jvmFlags, Path log) throws Exception {
        return gateway(jar, jvmFlags, log, "SLUICE_ADMIN_TOKEN");
    }

    private static ServerProcess gateway(Path jar, List<String> jvmFlags, Path log, String tokenKey)
            throws Exception {
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is missing: package the gateway first");
        }
        int port = freePort();
        Path directory = Files.createTempDirectory("sluice-bench");
        String token = "bench-" + UUID.randomUUID();
        List<String> command = java(jvmFlags);
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> env = builder.environment();
        env.keySet().removeIf(key -> key.startsWith("SLUICE_") || key.startsWith("QUARKUS_"));
        env.keySet().removeAll(List.of("WEBSOCKET_ENABLED", "FALLBACK_ENABLED", "ROLLOUT_PERCENTAGE"));
        env.put("QUARKUS_HTTP_HOST", Target.HOST);
        env.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        env.put("QUARKUS_MANAGEMENT_HOST", Target.HOST);
        env.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(freePort()));
        env.put("SLUICE_INGRESS_PORT", "-1");
        env.put("SLUICE_DATA_DIR", directory.resolve("data").toString());
        env.put("SLUICE_FLAGS_FILE", directory.resolve("flags.properties").toString());
        env.put("SLUICE_AGENT_TOKEN", "bench-" + UUID.randomUUID());
        env.put("SLUICE_ADMIN_TOKEN", "bench-" + UUID.randomUUID());
        env.put(tokenKey, token);
        env.put("SLUICE_LIMITS_MESSAGES_PER_SECOND", NO_LIMIT);
        env.put("SLUICE_LIMITS_REQUESTS_PER_SECOND", NO_LIMIT);
        env.put("SLUICE_SESSIONS_GRACE", GRACE_SECONDS + "s");
        return start(builder, new Target(Target.Kind.GATEWAY, port, token), directory, log);
    }

    /** The bare server, answering polls with that body. */
    static ServerProcess bare(String pollAnswer, List<String> jvmFlags, Path log) throws Exception {
        int port = freePort();
        List<String> command = java(jvmFlags);
        command.addAll(List.of(
                "-classpath",
                System.getProperty("java.class.path"),
                BareServer.class.getName(),
                Integer.toString(port),
                Integer.toString(EVENT_LOOPS),
                pollAnswer));
        Path directory = Files.createTempDirectory("sluice-bench");
        return start(new ProcessBuilder(command), new Target(Target.Kind.BARE, port, "none"), directory, log);
    }

    /** socket.io on Node.js, with that folder's packages. */
    static ServerProcess node(Path script, Path log) throws Exception {
        int port = freePort();
        Path directory = Files.createTempDirectory("sluice-bench");
        ProcessBuilder builder = new ProcessBuilder(
                "node", "--expose-gc", script.toAbsolutePath().toString(), Integer.toString(port));
        return start(builder, new Target(Target.Kind.NODE, port, "none"), directory, log);
    }

    static ServerProcess netty(List<String> jvmFlags, Path log) throws Exception {
        int port = freePort();
        List<String> command = java(jvmFlags);
        command.addAll(List.of(
                "-classpath",
                System.getProperty("java.class.path"),
                NettySocketIo.class.getName(),
                Integer.toString(port),
                Integer.toString(EVENT_LOOPS)));
        Path directory = Files.createTempDirectory("sluice-bench");
        return start(new ProcessBuilder(command), new Target(Target.Kind.NETTY, port, "none"), directory, log);
    }

    private static List<String> java(List<String> jvmFlags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        return command;
    }

    private static ServerProcess start(ProcessBuilder builder, Target target, Path directory, Path log)
            throws Exception {
        File output = log.toFile();
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                .start();
        ServerProcess server = new ServerProcess(process, target, directory);
        try {
            server.awaitListening(output);
            return server;
        } catch (Exception failed) {
            server.close();
            throw failed;
        }
    }

    private void awaitListening(File output) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(Target.HOST, target.port()), 1_000);
                TimeUnit.SECONDS.sleep(2); // what starts after the listener
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        throw new IOException(target.kind() + " does not listen; its output is in " + output);
    }

    /** Waits until it has nobody left of the load before. */
    void awaitNobody() throws InterruptedException {
        if (target.kind() == Target.Kind.GATEWAY) {
            TimeUnit.SECONDS.sleep(GRACE_SECONDS + 2);
        }
    }

    Target target() {
        return target;
    }

    /** Sends it that signal, and gives it a moment. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        TimeUnit.SECONDS.sleep(2);
    }

    long pid() {
        return process.pid();
    }

    /** Ends it the way an orchestrator would, and takes its data away. */
    @Override
    public void close() throws InterruptedException, IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        }
        // Its database outlives it only where it was killed.
        children.forEach(ProcessHandle::destroy);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(Target.HOST))) {
            return any.getLocalPort();
        }
    }
}
