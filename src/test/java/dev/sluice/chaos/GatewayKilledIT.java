package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An agent moves between polling and WebSocket in the middle of 200 commands; then the same, and the gateway is killed
 * (SIGKILL) on the way.
 */
class GatewayKilledIT {
    private static final int COMMANDS = 200;
    private static final long SEED = Long.getLong("sluice.chaos.seed", 20_260_131);
    private static final Duration ALL = Duration.ofSeconds(120);

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway("GatewayKilledIT")
                // The budget per client is another test's business.
                .with("SLUICE_LIMITS_MESSAGES_PER_SECOND", "100000")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void deliversEveryCommandOnceToAnAgentThatKeepsMoving() {
        List<String> accepted = new CopyOnWriteArrayList<>();
        SimulatedAgent agent = new SimulatedAgent(gateway, "moves");
        agent.register();

        run(agent, accepted, new Random(SEED), List.of());

        System.out.printf(
                "[moves between transports, seed %d] %s%n", SEED, agent.ledger().summary());
        agent.ledger().check(accepted);
    }

    @Test
    void losesNothingWhenKilledInTheMiddle() {
        Random random = new Random(SEED + 1);
        List<Integer> kills = List.of(30 + random.nextInt(60), 110 + random.nextInt(60));
        List<String> accepted = new CopyOnWriteArrayList<>();
        SimulatedAgent agent = new SimulatedAgent(gateway, "survives");
        agent.register();
        String clusterId = agent.clusterId();

        run(agent, accepted, random, kills);

        System.out.printf(
                "[killed after %s accepted, seed %d] %s%n",
                kills, SEED, agent.ledger().summary());
        agent.ledger().check(accepted);
        assertThat(agent.clusterId()).isEqualTo(clusterId);
        assertThat(Gateway.parse(gateway.get(gateway.commands(clusterId) + "?limit=500"))
                        .path("commands"))
                .as("commands in the database")
                .hasSize(COMMANDS);
    }

    /** A caller posts, the agent receives, and after so many accepted commands the gateway is killed. */
    private static void run(SimulatedAgent agent, List<String> accepted, Random random, List<Integer> kills) {
        AtomicBoolean allPosted = new AtomicBoolean();
        AtomicInteger posted = new AtomicInteger();
        CompletableFuture<Void> caller = CompletableFuture.runAsync(() -> {
            for (int number = 0; number < COMMANDS; number++) {
                accepted.add(post(agent.clusterId(), number));
                posted.set(number + 1);
            }
            allPosted.set(true);
        });
        CompletableFuture<Void> receiver = CompletableFuture.runAsync(
                () -> receive(agent, random, () -> allPosted.get() && certain(agent, accepted)));
        for (int after : kills) {
            await("%d accepted".formatted(after))
                    .atMost(ALL)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        assertThat(caller).isNotCompletedExceptionally();
                        assertThat(receiver).isNotCompletedExceptionally();
                        return posted.get() >= after;
                    });
            gateway.kill9();
            gateway.start();
        }
        awaitBoth(agent, accepted, caller, receiver);
    }

    private static void awaitBoth(
            SimulatedAgent agent, List<String> accepted, CompletableFuture<?> caller, CompletableFuture<?> receiver) {
        boolean done = SimulatedAgent.within(
                ALL,
                () -> caller.isDone() && receiver.isDone()
                        || caller.isCompletedExceptionally()
                        || receiver.isCompletedExceptionally());
        assertThat(done)
                .as(
                        "all settled; %d accepted, of which uncertain: %s; %s",
                        accepted.size(),
                        accepted.stream()
                                .filter(id -> !agent.ledger().isCertain(id))
                                .toList(),
                        agent.ledger().summary())
                .isTrue();
        assertThat(caller).isNotCompletedExceptionally();
        assertThat(receiver).isNotCompletedExceptionally();
    }

    private static boolean certain(SimulatedAgent agent, List<String> accepted) {
        return accepted.stream().allMatch(agent.ledger()::isCertain);
    }

    /** Until it is accepted: a doubtful attempt is repeated with the same key, so it counts once. */
    private static String post(String clusterId, int number) {
        Map<String, Object> body = Map.of(
                "type", "echo", "payload", Map.of("number", number), "idempotency_key", clusterId + "/" + number);
        while (true) {
            try {
                HttpResponse<String> answer = gateway.post(gateway.commands(clusterId), body);
                if (answer.statusCode() == 202) {
                    return Gateway.parse(answer).path("id").textValue();
                }
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            } catch (UncheckedIOException killed) {
                awaitReady();
            }
        }
    }

    private interface Done {
        boolean reached();
    }

    /** Legs of random length over either transport, left cleanly or by a cut, until everything is settled for certain. */
    private static void receive(SimulatedAgent agent, Random random, Done done) {
        boolean webSocket = false;
        while (!done.reached()) {
            int leg = 5 + random.nextInt(20);
            boolean clean = random.nextBoolean();
            try {
                if (webSocket) {
                    overWebSocket(agent, leg, clean, done);
                } else {
                    overPolling(agent, leg, done);
                }
                webSocket = !webSocket;
            } catch (UncheckedIOException killed) {
                awaitReady();
            }
        }
    }

    private static void overPolling(SimulatedAgent agent, int leg, Done done) {
        int until = agent.ledger().size() + leg;
        int quiet = 0;
        while (agent.ledger().size() < until && quiet < 2 && !done.reached()) {
            int before = agent.ledger().size();
            HttpResponse<String> answer = agent.poll(1);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            quiet = agent.ledger().size() == before ? quiet + 1 : 0;
            // Acknowledged on a WebSocket that was cut: whether the gateway knows can be asked like this.
            agent.ledger().acknowledgedButUncertain().forEach(agent::resultOverHttp);
        }
    }

    private static void overWebSocket(SimulatedAgent agent, int leg, boolean clean, Done done) {
        SimulatedAgent.Connection connection = agent.connect();
        int until = agent.ledger().size() + leg;
        SimulatedAgent.within(
                Duration.ofSeconds(1), () -> agent.ledger().size() >= until || !connection.isOpen() || done.reached());
        makeCertain(agent, connection);
        if (clean) {
            connection.leave();
        } else {
            connection.cut();
        }
    }

    /** What was acknowledged so far has been heard, and then, since the gateway answers a look at it, written. */
    private static void makeCertain(SimulatedAgent agent, SimulatedAgent.Connection connection) {
        Set<String> said = agent.ledger().acknowledgedButUncertain();
        connection.heartbeat();
        for (String id : said) {
            if (List.of("acknowledged", "succeeded").contains(gateway.statusOf(agent.clusterId(), id))) {
                agent.ledger().certain(id);
            }
        }
    }

    private static void awaitReady() {
        await("the gateway is back")
                .atMost(Gateway.START)
                .pollInterval(Duration.ofMillis(50))
                .until(gateway::ready);
    }
}
