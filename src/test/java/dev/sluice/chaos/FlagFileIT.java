package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The flag file is edited, swapped, broken and deleted under a running gateway. */
class FlagFileIT {
    /** The promise is 2 s; the rest is for a machine that has other things to do. */
    private static final Duration TAKES_EFFECT = Duration.ofSeconds(6);

    private static final int CLIENTS = 1_000;
    private static final int AGENTS = 30;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway("FlagFileIT")
                .with("SLUICE_ROLLOUT_DRAIN_SPREAD", "500ms")
                .with("SLUICE_LIMITS_REQUESTS_PER_SECOND", "100000");
        write("ROLLOUT_PERCENTAGE=0\n");
        gateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void nobody() {
        write("ROLLOUT_PERCENTAGE=0\n");
        awaitEffective(0);
    }

    @Test
    void movesExactlyTheRightClients() {
        List<SimulatedAgent> agents = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            SimulatedAgent agent = new SimulatedAgent(gateway, "flagged-" + i);
            agent.register();
            agents.add(agent);
        }

        for (double percentage : new double[] {0, 37.5, 100}) {
            write("ROLLOUT_PERCENTAGE=" + percentage + "\n");
            long took = awaitEffective(percentage);

            Map<String, String> modes = decisions();
            modes.forEach((client, mode) ->
                    assertThat(mode).as("%s at %s %%", client, percentage).isEqualTo(expected(client, percentage)));
            for (SimulatedAgent agent : agents) {
                assertThat(Gateway.parse(agent.poll(0)).path("mode").textValue())
                        .as("poll of %s at %s %%", agent.agentId(), percentage)
                        .isEqualTo(expected(agent.agentId(), percentage));
            }
            long moved = modes.values().stream().filter("websocket"::equals).count();
            System.out.printf(
                    "[flag file] %s %%: %d of %d clients on WebSocket, %d ms after the edit%n",
                    percentage, moved, CLIENTS, took);
        }
    }

    @Test
    void seesTheSymlinkSwapOfAConfigMap() throws IOException {
        Path mount = gateway.flagFile().getParent();
        Path first = Files.createDirectories(mount.resolve("..first"));
        Path second = Files.createDirectories(mount.resolve("..second"));
        Files.writeString(first.resolve("flags.properties"), "ROLLOUT_PERCENTAGE=12.25\n");
        Files.writeString(second.resolve("flags.properties"), "ROLLOUT_PERCENTAGE=80\n");
        link(mount.resolve("..data"), first.getFileName());
        link(gateway.flagFile(), Path.of("..data/flags.properties"));
        awaitEffective(12.25);

        link(mount.resolve("..data"), second.getFileName());
        Gateway.delete(first);

        awaitEffective(80);
        assertThat(gateway.rollout()
                        .path("flags")
                        .path("rollout_percentage")
                        .path("source")
                        .textValue())
                .isEqualTo("flag-file");
    }

    @Test
    void keepsTheLastGoodSetWhenTheFileHasATypo() {
        write("ROLLOUT_PERCENTAGE=37.5\n");
        awaitEffective(37.5);
        Map<String, String> before = decisions();
        double counted = gateway.metric("sluice_config_reloads_total", "result=\"rejected\"");

        write("WEBSOCKET_ENABLED=false\nROLLOUT_PERCENTAGE=37,5\n");

        await("the rejection is shown").atMost(TAKES_EFFECT).until(() -> gateway.rollout()
                .has("rejected"));
        JsonNode rejected = gateway.rollout().path("rejected");
        assertThat(rejected.path("key").textValue()).isEqualTo("ROLLOUT_PERCENTAGE");
        assertThat(rejected.path("value").textValue()).isEqualTo("37,5");
        assertThat(rejected.path("message").textValue()).contains("0 to 100");
        assertThat(decisions()).as("decisions").isEqualTo(before);
        assertThat(gateway.output()).contains("37,5");
        assertThat(gateway.metric("sluice_config_reloads_total", "result=\"rejected\""))
                .isEqualTo(counted + 1);

        write("ROLLOUT_PERCENTAGE=37.5\n");
        await("it is put right").atMost(TAKES_EFFECT).until(() -> !gateway.rollout()
                .has("rejected"));
    }

    @Test
    void keepsTheLastGoodSetWhenTheFileIsDeleted() throws IOException {
        write("ROLLOUT_PERCENTAGE=37.5\n");
        awaitEffective(37.5);
        Map<String, String> before = decisions();

        Files.delete(gateway.flagFile());

        await("a warning is logged").atMost(TAKES_EFFECT).until(() -> gateway.output()
                .lines()
                .anyMatch(line -> line.contains("WARN") && line.contains("flags.properties")));
        assertThat(decisions()).as("decisions").isEqualTo(before);
        assertThat(gateway.rollout().path("effective").doubleValue()).isEqualTo(37.5);
    }

    @Test
    void movesConnectedAgentsThatCanPollAndLeavesThoseThatCannot() {
        write("ROLLOUT_PERCENTAGE=100\n");
        awaitEffective(100);
        SimulatedAgent told = new SimulatedAgent(gateway, "told")
                .feature("supports_switch", true)
                .feature("supports_polling", true);
        SimulatedAgent closed = new SimulatedAgent(gateway, "closed").feature("supports_polling", true);
        SimulatedAgent bound = new SimulatedAgent(gateway, "bound").feature("supports_polling", false);
        SimulatedAgent.Connection ofTold = told.connect();
        SimulatedAgent.Connection ofClosed = closed.connect();
        SimulatedAgent.Connection ofBound = bound.connect();

        write("ROLLOUT_PERCENTAGE=0\n");

        JsonNode farewell =
                ofTold.await(frame -> "switch".equals(frame.path("type").textValue()));
        assertThat(farewell.path("payload").path("mode").textValue()).isEqualTo("polling");
        assertThat(ofTold.awaitClose(SimulatedAgent.SOON)).isEqualTo(4503);
        assertThat(ofClosed.awaitClose(SimulatedAgent.SOON)).isEqualTo(4503);
        assertThat(ofClosed.saw("switch")).isFalse();
        ofBound.heartbeat();
        assertThat(ofBound.isOpen()).isTrue();
        assertThat(told.upgradeStatus()).isEqualTo(403);
        HttpResponse<String> poll = told.poll(0);
        assertThat(poll.statusCode()).isEqualTo(200);
        assertThat(poll.headers().firstValue("Sluice-Mode")).contains("polling");
        assertThat(Gateway.parse(gateway.get("/api/v1/rollout/decision?client_id=bound"))
                        .path("reason")
                        .textValue())
                .isEqualTo("cannot-poll");
        bound.close();
    }

    private static void write(String text) {
        try {
            Path file = gateway.flagFile();
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling("fresh");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a link appear in one step, as the kubelet does. */
    private static void link(Path link, Path to) throws IOException {
        Path fresh = link.resolveSibling("..fresh");
        Files.createSymbolicLink(fresh, to);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Milliseconds until it is in force. */
    private static long awaitEffective(double percentage) {
        long since = System.nanoTime();
        await("%s %% in force".formatted(percentage))
                .atMost(TAKES_EFFECT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> gateway.rollout().path("effective").doubleValue() == percentage);
        return (System.nanoTime() - since) / 1_000_000;
    }

    /** The mode of each client, as the gateway explains it. */
    private static Map<String, String> decisions() {
        Map<String, CompletableFuture<String>> asked = new LinkedHashMap<>();
        Semaphore inFlight = new Semaphore(32);
        for (int i = 0; i < CLIENTS; i++) {
            String client = "client-" + i;
            inFlight.acquireUninterruptibly();
            asked.put(
                    client,
                    Gateway.http()
                            .sendAsync(
                                    gateway.asAdmin("/api/v1/rollout/decision?client_id=" + client)
                                            .build(),
                                    BodyHandlers.ofString())
                            .whenComplete((answer, failure) -> inFlight.release())
                            .thenApply(
                                    answer -> Gateway.parse(answer).path("mode").textValue()));
        }
        Map<String, String> modes = new LinkedHashMap<>();
        asked.forEach((client, answer) -> modes.put(client, answer.join()));
        return modes;
    }

    /** What flagd would answer, from its published algorithm and not from our code. */
    private static String expected(String client, double percentage) {
        long hash = Integer.toUnsignedLong(murmur3(("sluice:" + client).getBytes(StandardCharsets.UTF_8)));
        return hash * 10_000 >>> 32 < Math.round(percentage * 100) ? "websocket" : "polling";
    }

    /** MurmurHash3 x86 32 bit, seed 0. */
    private static int murmur3(byte[] data) {
        int hash = 0;
        int blocks = data.length / 4;
        for (int i = 0; i < blocks; i++) {
            int at = i * 4;
            int block = data[at] & 0xff | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16 | data[at + 3] << 24;
            hash = Integer.rotateLeft(hash ^ mixed(block), 13) * 5 + 0xe6546b64;
        }
        int tail = 0;
        for (int i = data.length - 1; i >= blocks * 4; i--) {
            tail = tail << 8 | data[i] & 0xff;
        }
        hash ^= mixed(tail) ^ data.length;
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }

    private static int mixed(int block) {
        return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
