package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/**
 * The percentage falls to 0 under a crowd of connected agents, and is raised to 100 again, while commands flow: everybody
 * is told in time, nobody twice, they come back without a herd, and no command is lost or disordered.
 */
class DrainIT {
    private static final int AGENTS = Integer.getInteger("dev.sluice.crowd", 300);
    private static final long SEED = Long.getLong("sluice.chaos.seed", 20_260_131);
    private static final Duration ALL = Duration.ofSeconds(120);

    /** What is promised from the change to the last client. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(5);

    private final List<MovingAgent> crowd = new ArrayList<>();
    private final Map<MovingAgent, List<String>> accepted = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void movesACrowdThereAndBackAndLosesNothing() throws Exception {
        try (Gateway gateway = new Gateway("DrainIT")
                        // Other tests run beside this one, and it is the pace that is looked at.
                        .with("SLUICE_ROLLOUT_DRAIN_PAUSE_ABOVE", "0s")
                        .start();
                Stalls stalls = new Stalls()) {
            assemble(gateway);
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> caller = CompletableFuture.runAsync(() -> order(gateway, enough));

            long lowered = System.nanoTime();
            stalls.forget();
            setPercentage(gateway, 0);
            everybody("has been told", agent -> agent.toldAt() > lowered);
            long longest = slowest(MovingAgent::toldAt) - lowered;
            JsonNode drain = drainOf(gateway, "lowered");
            everybody("polls", agent -> agent.polls() >= 1);
            report("0 %", lowered, MovingAgent::toldAt);

            assertThat(Duration.ofNanos(longest))
                    .as("told, on a machine that stood still for %s", stalls.longest())
                    .isLessThan(TOLD_WITHIN.plus(stalls.longest()));
            assertThat(drain.path("drained").intValue()).isEqualTo(AGENTS);
            assertThat(drain.path("remaining").intValue()).isZero();
            assertThat(crowd).allSatisfy(agent -> {
                assertThat(agent.lastClose()).isEqualTo(4503);
                assertThat(agent.sawSwitch()).isEqualTo(agent.knowsSwitch());
            });
            assertThat(gateway.metric("sluice_switches_total", "to=\"polling\""))
                    .isEqualTo(AGENTS);
            await("most polls wait").atMost(ALL).until(() -> gateway.metric("sluice_polls_parked", "") > AGENTS * 0.8);
            JsonNode preview = Gateway.parse(gateway.post("/api/v1/admin/rollout/preview", Map.of("percentage", 100)));
            assertThat(preview.path("moves").path("polling_to_websocket").intValue())
                    .isEqualTo(AGENTS);

            long raised = System.nanoTime();
            setPercentage(gateway, 100);
            everybody("is on WebSocket again", agent -> agent.onWebSocket() && agent.connectedAt() > raised);
            int busiest = report("100 %", raised, MovingAgent::connectedAt);

            assertThat(busiest).as("most connects in half a second").isLessThan(AGENTS / 2);
            enough.set(true);
            caller.get(ALL.toSeconds(), TimeUnit.SECONDS);
            awaitSettled();
            accepted.forEach((agent, ids) -> agent.agent().ledger().check(ids));
            assertThat(gateway.output()).doesNotContain("could not be told");
            int commands = accepted.values().stream().mapToInt(List::size).sum();
            System.out.printf("[drain, seed %d] %d agents, %d commands, none lost%n", SEED, AGENTS, commands);
            assertThat(commands).isGreaterThan(AGENTS / 10);
        } finally {
            crowd.forEach(MovingAgent::stop);
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(30).toMillis());
            }
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        for (String[] bad : new String[][] {
            {"SLUICE_ROLLOUT_DRAIN_SPREAD", "-1s"},
            {"SLUICE_ROLLOUT_DRAIN_ORDER", "alphabetical"},
            {"SLUICE_ROLLOUT_DRAIN_MAX_PER_SECOND", "0"},
            {"SLUICE_SHUTDOWN_GRACE", "0s"}
        }) {
            try (Gateway gateway = new Gateway("DrainIT-refuses").with(bad[0], bad[1])) {
                assertThat(gateway.startInVain()).as(bad[0]).isNotZero();
                assertThat(gateway.output())
                        .as(bad[0])
                        .contains("sluice does not start")
                        .doesNotContain("\tat ");
            }
        }
    }

    private void assemble(Gateway gateway) {
        for (int i = 0; i < AGENTS; i++) {
            MovingAgent agent = new MovingAgent(gateway, "crowd-" + i, i % 2 == 0);
            crowd.add(agent);
            accepted.put(agent, new CopyOnWriteArrayList<>());
            // Its stack is shallow, and there may be a thousand.
            Thread thread = new Thread(null, agent, "agent-" + i, 256 * 1024);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
            if (i % 50 == 49) {
                everybody("is connected", MovingAgent::onWebSocket);
            }
        }
        everybody("is connected", MovingAgent::onWebSocket);
    }

    /** One caller, so that the order of acceptance is known. */
    private void order(Gateway gateway, AtomicBoolean enough) {
        Random random = new Random(SEED);
        while (!enough.get()) {
            MovingAgent agent = crowd.get(random.nextInt(crowd.size()));
            List<String> ids = accepted.getOrDefault(agent, List.of());
            ids.add(gateway.command(agent.agent().clusterId(), Map.of("number", ids.size())));
        }
    }

    private static void setPercentage(Gateway gateway, int percentage) {
        HttpRequest.Builder put = gateway.asAdmin("/api/v1/admin/rollout")
                .PUT(Gateway.json(Map.of("percentage", percentage, "reason", "a drill")));
        HttpResponse<String> answer = Gateway.send(put);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode drainOf(Gateway gateway, String reason) {
        JsonNode drain = await("the drain is done")
                .atMost(ALL)
                .until(() -> gateway.rollout().path("drain"), now -> "done"
                        .equals(now.path("state").textValue()));
        assertThat(drain.path("reason").textValue()).isEqualTo(reason);
        return drain;
    }

    private void everybody(String does, Predicate<MovingAgent> condition) {
        await("everybody " + does)
                .atMost(ALL)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    crowd.forEach(agent -> assertThat(agent.failure())
                            .as(agent.agent().agentId())
                            .isNull());
                    return crowd.stream().allMatch(condition);
                });
    }

    private long slowest(ToLongFunction<MovingAgent> moment) {
        return crowd.stream().mapToLong(moment).max().orElseThrow();
    }

    /** Prints how many it were in each half second, and answers the most. */
    private int report(String what, long since, ToLongFunction<MovingAgent> moment) {
        int[] halves = new int[120];
        for (MovingAgent agent : crowd) {
            long half = Math.max(0, moment.applyAsLong(agent) - since) / 500_000_000L;
            halves[(int) Math.min(halves.length - 1, half)]++;
        }
        List<Integer> shown = new ArrayList<>();
        int most = 0;
        for (int half = 0; half < 14; half++) {
            shown.add(halves[half]);
        }
        for (int count : halves) {
            most = Math.max(most, count);
        }
        System.out.printf(
                "[to %s] %d agents, the last after %d ms, in half seconds %s%n",
                what, AGENTS, (slowest(moment) - since) / 1_000_000, shown);
        return most;
    }

    private void awaitSettled() {
        await("every command came")
                .atMost(ALL)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> accepted.entrySet().stream().allMatch(of -> of.getValue().stream()
                        .allMatch(of.getKey().agent().ledger()::has)));
    }

    /** How long this machine stood still: nobody can be told then, and nobody is to blame. */
    private static final class Stalls implements AutoCloseable {
        private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(10);

        private final Thread watch = new Thread(this::watch, "stalls");
        private volatile long longest;
        private volatile boolean stopped;

        Stalls() {
            watch.setDaemon(true);
            watch.start();
        }

        private void watch() {
            long last = System.nanoTime();
            while (!stopped) {
                LockSupport.parkNanos(EVERY);
                long now = System.nanoTime();
                longest = Math.max(longest, now - last - EVERY);
                last = now;
            }
        }

        void forget() {
            longest = 0;
        }

        Duration longest() {
            return Duration.ofNanos(longest);
        }

        @Override
        public void close() {
            stopped = true;
        }
    }
}
