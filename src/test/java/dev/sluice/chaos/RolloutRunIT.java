package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.rollout.decision.Bucketing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Whole rollouts, with nobody at the controls: healthy ones arrive, sick ones go back, and either way every command
 * comes once and in order. Minutes stand for days: bake, windows and looks are short, and clients connect anew often
 * enough for a proof.
 */
class RolloutRunIT {
    private static final int AGENTS = Integer.getInteger("dev.sluice.crowd", 300);
    private static final long SEED = Long.getLong("sluice.chaos.seed", 20_260_214);
    private static final Duration ALL = Duration.ofSeconds(180);
    private static final Duration RUN = Duration.ofMinutes(6);

    /** What is promised from the verdict to the last client. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(5);

    private final List<FieldAgent> crowd = new ArrayList<>();
    private final List<FieldAgent> unlucky = new ArrayList<>();
    private final Map<FieldAgent, List<String>> accepted = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean enough = new AtomicBoolean();

    @AfterEach
    void dismiss() throws InterruptedException {
        enough.set(true);
        crowd.forEach(FieldAgent::stop);
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(30).toMillis());
        }
    }

    private static Gateway gateway(String name, Duration window) {
        return new Gateway(name)
                .with("SLUICE_ROLLOUT_GUARD_INTERVAL", "1s")
                .with("SLUICE_ROLLOUT_GUARD_ATTEMPT_WINDOW", window.toMillis() + "ms")
                .with("SLUICE_ROLLOUT_GUARD_VOTE_WINDOW", window.toMillis() + "ms")
                // The machine is shared with everything else that is tested, and its pauses are nobody's fault.
                .with("SLUICE_ROLLOUT_GUARD_LATENCY_ADVANCE", "2s")
                .with("SLUICE_ROLLOUT_GUARD_LATENCY_ROLLBACK", "4s");
    }

    private static Gateway planned(Gateway gateway) {
        return gateway.with("SLUICE_ROLLOUT_PLAN_STEPS", "10,50,100").with("SLUICE_ROLLOUT_PLAN_BAKE", "2s");
    }

    @Test
    void aHealthyPlanArrivesByItselfAndGoesBackByItselfWhenThePathBreaks() throws Exception {
        try (Gateway gateway =
                        planned(gateway("RolloutRunIT", Duration.ofSeconds(5))).start();
                SickPath path = new SickPath(gateway.port())) {
            assemble(gateway, path, Duration.ofSeconds(5));
            CompletableFuture<Void> caller = CompletableFuture.runAsync(() -> order(gateway));
            long begun = System.nanoTime();

            JsonNode arrived = awaitPhase(gateway, "complete");

            System.out.printf(
                    "[run] %d agents, 10 -> 50 -> 100 in %d s%n",
                    AGENTS, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
            assertThat(arrived.path("ceiling").intValue()).isEqualTo(100);
            assertThat(arrived.path("target").intValue()).isEqualTo(100);
            crowd.forEach(FieldAgent::settleDown);
            everybody("is on WebSocket", FieldAgent::onWebSocket);

            path.breakDown();
            long broken = System.nanoTime();
            JsonNode back = awaitPhase(gateway, "rolled-back");

            verifyRollback(
                    gateway,
                    back,
                    broken,
                    crowd.stream().filter(agent -> !unlucky.contains(agent)).toList());
            verifyDeliveries(caller);
        }
    }

    /** Votes come in slowly from a tenth of the crowd: more than a minute, which is too long for every build. */
    @Test
    @EnabledIfSystemProperty(named = "dev.sluice.crowd", matches = "\\d{4,}")
    void aPathThatFailsForSomeNeverGetsPastTheFirstStep() throws Exception {
        try (Gateway gateway = planned(gateway("RolloutRunIT-sick", Duration.ofSeconds(3)))
                        .start();
                SickPath path = new SickPath(gateway.port())) {
            path.breakDown();
            assemble(gateway, path, Duration.ofSeconds(3));
            CompletableFuture<Void> caller = CompletableFuture.runAsync(() -> order(gateway));
            long begun = System.nanoTime();

            JsonNode back = awaitPhase(gateway, "rolled-back");

            JsonNode row = verifyRollback(gateway, back, begun, List.of());
            assertThat(row.path("from").intValue()).isEqualTo(10);
            verifyDeliveries(caller);
        }
    }

    @Test
    void aProxyThatSwallowsFramesIsSeenAsFailure() throws Exception {
        try (Gateway gateway =
                        gateway("RolloutRunIT-swallows", Duration.ofSeconds(3)).start();
                SickPath path = new SickPath(gateway.port())) {
            path.breakDown();
            for (int i = 0; i < 20; i++) {
                enlist(gateway, "swallowed-" + i, path, true, Duration.ofSeconds(3));
            }

            JsonNode back = awaitPhase(gateway, "rolled-back");

            JsonNode success = back.path("figures").path("connection_success");
            System.out.printf("[swallowed] %s%n", success);
            assertThat(back.path("reasons").toString()).contains("connection-success");
            assertThat(success.path("websocket").path("value").doubleValue()).isZero();
            assertThat(gateway.metric("sluice_rollout_votes_total", "outcome=\"success\"") - pollingVotes(gateway))
                    .isZero();
        }
    }

    private static double pollingVotes(Gateway gateway) {
        return gateway.metric("sluice_rollout_votes_total", "cohort=\"polling\",outcome=\"success\"");
    }

    // --- the crowd ---

    private void assemble(Gateway gateway, SickPath path, Duration restlessness) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            ids.add("field-" + i);
        }
        // 15 % of whoever comes next, so that it is 15 % of each step.
        ids.sort(Comparator.comparingInt(RolloutRunIT::bucket));
        for (int i = 0; i < AGENTS; i++) {
            enlist(gateway, ids.get(i), path, i % 20 % 7 == 1, restlessness);
            if (i % 50 == 49) {
                await("they have registered").atMost(ALL).until(() -> crowd.stream()
                        .allMatch(agent -> agent.agent().isRegistered()));
            }
        }
        System.out.printf("[run, seed %d] %d agents, %d on the path%n", SEED, AGENTS, unlucky.size());
    }

    private static int bucket(String agentId) {
        return Bucketing.FLAGD.bucket("sluice", agentId);
    }

    private void enlist(Gateway gateway, String id, SickPath path, boolean onPath, Duration restlessness) {
        SimulatedAgent agent = new SimulatedAgent(gateway, id);
        if (onPath) {
            agent.through(path.uri()).patience(Duration.ofSeconds(2));
        }
        FieldAgent member = new FieldAgent(agent, crowd.size() % 2 == 0, restlessness, SEED + crowd.size());
        crowd.add(member);
        if (onPath) {
            unlucky.add(member);
        }
        accepted.put(member, new CopyOnWriteArrayList<>());
        // Its stack is shallow, and there may be a thousand.
        Thread thread = new Thread(null, member, id, 256 * 1024);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** One caller, so that the order of acceptance is known. */
    private void order(Gateway gateway) {
        Random random = new Random(SEED);
        while (!enough.get()) {
            FieldAgent agent = crowd.get(random.nextInt(crowd.size()));
            List<String> ids = accepted.getOrDefault(agent, List.of());
            ids.add(gateway.command(agent.agent().clusterId(), Map.of("number", ids.size())));
        }
    }

    private void everybody(String does, Predicate<FieldAgent> condition) {
        await("everybody " + does)
                .atMost(ALL)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    nobodyFailed();
                    return crowd.stream().allMatch(condition);
                });
    }

    private void nobodyFailed() {
        crowd.forEach(
                agent -> assertThat(agent.failure()).as(agent.agent().agentId()).isNull());
    }

    /** Waits for the plan, and prints how the verdicts came about. */
    private JsonNode awaitPhase(Gateway gateway, String phase) {
        AtomicReference<String> last = new AtomicReference<>("");
        return await(phase)
                .atMost(RUN)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            nobodyFailed();
                            JsonNode now = gateway.rollout();
                            String told = now.path("ceiling") + " % "
                                    + now.path("plan").path("phase").asText()
                                    + " " + now.path("verdict").asText() + " " + now.path("reasons");
                            if (!told.equals(last.getAndSet(told))) {
                                System.out.println("[run] " + told + " " + now.path("share"));
                            }
                            return now;
                        },
                        now -> phase.equals(now.path("plan").path("phase").textValue()));
    }

    // --- what is promised ---

    /** @param connected who was on WebSocket when the verdict fell, and has to be told. Answers the audit row. */
    private JsonNode verifyRollback(Gateway gateway, JsonNode view, long since, List<FieldAgent> connected) {
        System.out.printf("[view] %s%n", view.toPrettyString());
        assertThat(view.path("verdict").textValue()).isEqualTo("rollback");
        assertThat(view.path("ceiling").intValue()).isZero();
        assertThat(view.path("effective").intValue()).isZero();
        assertThat(view.path("target").intValue()).as("the operators' own").isEqualTo(100);
        // Lowering takes effect at once, and is written down after that.
        JsonNode row = await("the rollback is written down")
                .atMost(ALL)
                .until(() -> lastRow(gateway), last -> last.path("to").intValue() == 0);
        assertThat(row.path("who").textValue()).isEqualTo("guard");
        assertThat(row.path("what").textValue()).isEqualTo("ceiling");
        assertThat(row.path("to").intValue()).isZero();
        assertThat(row.path("why").textValue()).contains("connection-success");
        assertThat(row.path("figures").path("verdict").textValue()).isEqualTo("rollback");
        JsonNode replay = Gateway.parse(
                gateway.get("/api/v1/admin/rollout/history/" + row.path("id").asText() + "/replay"));
        assertThat(replay.path("matches").booleanValue()).as(replay.toString()).isTrue();
        System.out.printf(
                "[row] %s: %s%n", row.path("at").asText(), row.path("why").asText());

        long verdict = nanoTimeOf(Instant.parse(row.path("at").textValue()));
        System.out.printf("[verdict] after %d ms%n", millis(verdict - since));
        verifyTold(gateway, verdict, connected);
        return row;
    }

    private static JsonNode lastRow(Gateway gateway) {
        return Gateway.parse(gateway.get("/api/v1/admin/rollout/history?limit=1"))
                .path("history")
                .path(0);
    }

    private void verifyTold(Gateway gateway, long verdict, List<FieldAgent> connected) {
        everybody("polls", agent -> !agent.onWebSocket());
        await("they have been told").atMost(ALL).until(() -> connected.stream()
                .allMatch(agent -> agent.toldAt() > verdict && agent.pollingAt() > 0));
        await("the drain is done").atMost(ALL).until(() -> "done"
                .equals(gateway.rollout().path("drain").path("state").asText()));
        JsonNode drain = gateway.rollout().path("drain");
        System.out.printf("[drain] %s%n", drain);
        assertThat(drain.path("reason").textValue()).isEqualTo("rollback");
        assertThat(drain.path("remaining").intValue()).isZero();
        assertThat(gateway.output()).doesNotContain("could not be told").doesNotContain("the drain waits");
        if (connected.isEmpty()) {
            return;
        }
        LongStream told = connected.stream().mapToLong(agent -> agent.toldAt() - verdict);
        LongStream polling =
                connected.stream().filter(FieldAgent::knowsSwitch).mapToLong(agent -> agent.pollingAt() - verdict);
        long lastTold = told.max().orElseThrow();
        long lastPolling = polling.max().orElseThrow();
        System.out.printf(
                "[told] %d agents, the last %d ms after the verdict; those that know switch poll after %d ms%n",
                connected.size(), millis(lastTold), millis(lastPolling));
        assertThat(Duration.ofNanos(lastTold)).isLessThan(TOLD_WITHIN);
        assertThat(Duration.ofNanos(lastPolling)).isLessThan(TOLD_WITHIN.plusSeconds(1));
    }

    private static long nanoTimeOf(Instant moment) {
        Duration ago = Duration.between(moment, Instant.now());
        return System.nanoTime() - ago.toNanos();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private void verifyDeliveries(CompletableFuture<Void> caller) throws Exception {
        enough.set(true);
        caller.get(ALL.toSeconds(), TimeUnit.SECONDS);
        await("every command came")
                .atMost(ALL)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> accepted.entrySet().stream().allMatch(of -> of.getValue().stream()
                        .allMatch(of.getKey().agent().ledger()::has)));
        accepted.forEach((agent, ids) -> agent.agent().ledger().check(ids));
        System.out.printf(
                "[deliveries] %d commands, none lost; %d connects, %d failed%n",
                accepted.values().stream().mapToInt(List::size).sum(),
                crowd.stream().mapToInt(FieldAgent::connects).sum(),
                crowd.stream().mapToInt(FieldAgent::failures).sum());
    }
}
