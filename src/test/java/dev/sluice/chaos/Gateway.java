package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.store.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packaged gateway as a process of its own, with its own ports, data and flag file below {@code target/chaos}. It
 * keeps ports and data through kills and restarts. What it prints stays there after the test; the process, its
 * database, orphaned or not, and the data are gone after {@link #close}.
 */
final class Gateway implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String ADMIN_TOKEN = "chaos-admin-token";
    static final String AGENT_TOKEN = "chaos-agent-token";

    /** Far beyond any healthy start: the machine may be busy with other things. */
    static final Duration START = Duration.ofSeconds(120);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** Shared with the component tests; unpacking takes longer than starting. */
    private static final Path BINARIES = Path.of("target/postgres-binaries").toAbsolutePath();

    private static final Set<Gateway> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Gateway::close)));
    }

    private final Path home;
    private final Path output;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> prefix = new ArrayList<>();
    private final int port = freePort();
    private final int managementPort = freePort();
    private String adminToken = ADMIN_TOKEN;
    private @Nullable Process process;

    Gateway(String name) {
        this(Path.of("target/chaos", name));
    }

    /** In a directory that another user may enter. */
    Gateway(Path directory) {
        home = directory.toAbsolutePath();
        output = home.resolve("output.log");
        try {
            delete(home);
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        with("QUARKUS_HTTP_PORT", Integer.toString(port));
        with("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        with("SLUICE_INGRESS_PORT", "-1");
        with("SLUICE_DATA_DIR", data().toString());
        with("SLUICE_FLAGS_FILE", flagFile().toString());
        with("SLUICE_ADMIN_TOKEN", ADMIN_TOKEN);
        with("SLUICE_AGENT_TOKEN", AGENT_TOKEN);
    }

    Gateway with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Gateway without(String variable) {
        environment.remove(variable);
        return this;
    }

    /** A second gateway on the data of this one, with ports of its own. */
    Gateway onSameData(String name) {
        return new Gateway(name).with("SLUICE_DATA_DIR", data().toString());
    }

    /** On a database of the test's own. */
    Gateway on(EmbeddedDatabase database) {
        return with("SLUICE_DB_URL", database.uri())
                .with("SLUICE_DB_USER", database.user())
                .with("SLUICE_DB_PASSWORD", database.password());
    }

    /** Put in front of the command, to become somebody else. */
    Gateway runBy(List<String> command) {
        prefix.addAll(command);
        return this;
    }

    void useAdminToken(String token) {
        adminToken = token;
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("data");
    }

    Path flagFile() {
        return home.resolve("flags/flags.properties");
    }

    int port() {
        return port;
    }

    long pid() {
        return running().pid();
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /** Starts it and waits until it is ready. */
    Gateway start() {
        launch();
        await("the gateway is ready")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    assertThat(alive())
                            .as("still running; it printed:%n%s", output())
                            .isTrue();
                    return ready();
                });
        return this;
    }

    /** Starts it and waits until it has given up. Answers the exit code. */
    int startInVain() {
        launch();
        return awaitExit(START);
    }

    private void launch() {
        OPEN.add(this);
        try {
            shareBinaries();
            ProcessBuilder builder = new ProcessBuilder(command());
            // Nothing of the machine that runs the tests: neither its settings nor its tokens.
            builder.environment().keySet().removeIf(key -> !Set.of("PATH", "HOME", "LANG", "TMPDIR")
                    .contains(key));
            builder.environment().putAll(environment);
            builder.directory(home.toFile());
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A quick start rather than a fast one: these processes live for seconds.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-jar"));
        command.add(jar().toString());
        return command;
    }

    static Path jar() {
        return Path.of(System.getProperty("sluice.jar", "target/quarkus-app/quarkus-run.jar"))
                .toAbsolutePath();
    }

    private void shareBinaries() throws IOException {
        Path own = data().resolve("postgres-binaries");
        if (prefix.isEmpty() && Files.isDirectory(BINARIES) && !Files.exists(own)) {
            Files.createDirectories(data());
            Files.createSymbolicLink(own, BINARIES);
        }
    }

    boolean ready() {
        try {
            return management("/q/health/ready").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** SIGKILL: no drain, no flush, and the embedded database is left behind. */
    void kill9() {
        running().destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** SIGTERM; does not wait. */
    void askToStop() {
        running().destroy();
    }

    int awaitExit(Duration atMost) {
        try {
            assertThat(running().waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
                    .as("exits within %s; it printed:%n%s", atMost, output())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return running().exitValue();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /** Everything printed so far, over all starts. */
    String output() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- what an operator can ask of it ---

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    URI webSocket(String path) {
        return URI.create("ws://127.0.0.1:" + port + path);
    }

    HttpResponse<String> management(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)));
    }

    HttpResponse<String> get(String path) {
        return send(asAdmin(path));
    }

    HttpResponse<String> post(String path, Object body) {
        return send(asAdmin(path).POST(json(body)));
    }

    HttpRequest.Builder asAdmin(String path) {
        return HttpRequest.newBuilder(url(path)).header("Authorization", "Bearer " + adminToken);
    }

    static HttpRequest.BodyPublisher json(Object body) {
        try {
            return BodyPublishers.ofString(JSON.writeValueAsString(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Throws {@link UncheckedIOException} where nobody answers. */
    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(70)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static HttpClient http() {
        return HTTP;
    }

    static JsonNode parse(HttpResponse<String> response) {
        return parse(response.body());
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + text, e);
        }
    }

    String commands(String clusterId) {
        return "/api/v1/clusters/" + clusterId + "/commands";
    }

    /** Posts a command that must be accepted, and answers its id. */
    String command(String clusterId, Object payload) {
        HttpResponse<String> answer = post(commands(clusterId), Map.of("type", "echo", "payload", payload));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return parse(answer).path("id").textValue();
    }

    String statusOf(String clusterId, String commandId) {
        return parse(get(commands(clusterId) + "/" + commandId)).path("status").asText();
    }

    JsonNode rollout() {
        return parse(get("/api/v1/rollout"));
    }

    /** The sum of a metric over all its series whose labels contain that text; 0 where there is none. */
    double metric(String name, String label) {
        Pattern line =
                Pattern.compile("^" + Pattern.quote(name) + "(\\{[^}]*})? ([-+0-9.eENaInf]+)$", Pattern.MULTILINE);
        Matcher series = line.matcher(management("/q/metrics").body());
        double sum = 0;
        while (series.find()) {
            if (label.isEmpty() || (series.group(1) != null && series.group(1).contains(label))) {
                sum += Double.parseDouble(series.group(2));
            }
        }
        return sum;
    }

    /** Established connections of the public listener, as the kernel counts them. */
    int openSockets() {
        return establishedIn("/proc/net/tcp") + establishedIn("/proc/net/tcp6");
    }

    private int establishedIn(String table) {
        Pattern ours = Pattern.compile("\\s*\\d+: [0-9A-F]+:%04X [0-9A-F]+:[0-9A-F]{4} 01 .*".formatted(port));
        try (Stream<String> lines = Files.lines(Path.of(table))) {
            return (int) lines.filter(line -> ours.matcher(line).matches()).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of heap in use once everything that can go is gone. */
    long heapAfterGc() {
        run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid()), "GC.run");
        return (long) metric("jvm_memory_used_bytes", "area=\"heap\"");
    }

    /** The gateway's open descriptors. */
    int descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command of the system's and answers its exit code. */
    static int run(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Processes of the embedded database, orphaned or not: they work in its directory. */
    List<ProcessHandle> databaseProcesses() {
        return processesIn(data().resolve("postgres"));
    }

    static List<ProcessHandle> processesIn(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(candidate -> {
                    try {
                        return Files.readSymbolicLink(Path.of("/proc", Long.toString(candidate.pid()), "cwd"))
                                .equals(directory.toRealPath());
                    } catch (IOException goneOrForeign) {
                        return false;
                    }
                })
                .toList();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            awaitExit(Duration.ofSeconds(30));
        }
        databaseProcesses().forEach(ProcessHandle::destroyForcibly);
        await("its database is gone")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> databaseProcesses().isEmpty());
        try {
            delete(data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OPEN.remove(this);
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /**
     * A port that is free now and is not handed out by the system to outgoing connections, which could take it while
     * the gateway is down.
     */
    private static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IllegalStateException("no free port");
    }
}
