package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The database is stopped, or falls silent, while agents are served; then it comes back. */
class DatabaseAwayIT {
    private static final Path DATA = Path.of("target/chaos/DatabaseAwayIT-database");
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private static EmbeddedDatabase database;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws IOException {
        Gateway.delete(DATA);
        database = EmbeddedDatabase.start(DATA, Path.of("target/postgres-binaries"));
        gateway = new Gateway("DatabaseAwayIT").on(database).start();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        database.close();
        Gateway.delete(DATA);
    }

    @Test
    void servesAgentsWhileTheDatabaseIsStopped() {
        survives("stopped", database::suspend, database::resume);
    }

    /** Nothing is refused and nothing is answered: what a lost network looks like. */
    @Test
    void servesAgentsWhileTheDatabaseIsSilent() {
        survives("silent", () -> signal("STOP"), () -> signal("CONT"));
    }

    private static void signal(String name) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        Gateway.processesIn(DATA.resolve("postgres")).forEach(process -> command.add(Long.toString(process.pid())));
        assertThat(command).as("processes of the database").hasSizeGreaterThan(2);
        assertThat(Gateway.run(command.toArray(String[]::new))).isZero();
    }

    private static void survives(String how, Runnable takeAway, Runnable bringBack) {
        // Given: one agent on either transport, each with a command that it has and has not settled.
        SimulatedAgent socket = new SimulatedAgent(gateway, how + "-socket").settlesNothing();
        SimulatedAgent poller = new SimulatedAgent(gateway, how + "-poller").settlesNothing();
        socket.connect();
        poller.register();
        String toSocket = gateway.command(socket.clusterId(), Map.of("n", 1));
        String toPoller = gateway.command(poller.clusterId(), Map.of("n", 1));
        await().atMost(SimulatedAgent.SOON).until(() -> socket.ledger().has(toSocket));
        poller.poll(5);
        assertThat(poller.ledger().has(toPoller)).isTrue();

        // When
        takeAway.run();
        try {
            // Then: agents are served.
            socket.connection().heartbeat();
            assertThat(poller.heartbeatOverHttp().statusCode()).isEqualTo(200);
            assertThat(poller.rawPoll(0).statusCode()).isEqualTo(200);
            assertThat(gateway.ready()).as("readiness").isTrue();

            // Then: what cannot be stored is refused, with a time to come back.
            for (SimulatedAgent agent : List.of(socket, poller)) {
                HttpResponse<String> refused = post(agent, "during");
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            }

            // Then: a settlement over HTTP is not called durable; one over WebSocket is heard and kept.
            assertThat(poller.acknowledgeOverHttp(toPoller).statusCode()).isEqualTo(503);
            socket.connection().settle(toSocket);
            socket.connection().heartbeat();

            // Then: an agent that comes back with the same registration is served.
            socket.connection().cut();
            socket.connect().heartbeat();
            HttpResponse<String> again = poller.register();
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(gateway.ready()).as("readiness").isTrue();
            assertThat(gateway.management("/q/health/live").statusCode()).isEqualTo(200);
        } finally {
            bringBack.run();
        }

        // Then: it recovers by itself, and a caller that tries again with its key has one command.
        for (SimulatedAgent agent : List.of(socket, poller)) {
            HttpResponse<String> accepted = awaitAccepted(agent, "during");
            String id = Gateway.parse(accepted).path("id").textValue();
            String after = gateway.command(agent.clusterId(), Map.of("n", 2));
            await("both are delivered").atMost(SimulatedAgent.SOON).until(() -> {
                if (agent == poller) {
                    agent.poll(1);
                }
                return agent.ledger().has(id) && agent.ledger().has(after);
            });
            assertThat(commands(agent)).as("commands of %s", agent.agentId()).hasSize(3);
            assertThat(agent.ledger().firsts())
                    .as("first deliveries")
                    .containsExactly(agent == socket ? toSocket : toPoller, id, after);
        }

        // Then: the settlement that only memory had is written, and the other one can be.
        await("the result is in the database")
                .atMost(RECOVERY)
                .until(() -> gateway.statusOf(socket.clusterId(), toSocket).equals("succeeded"));
        assertThat(poller.resultOverHttp(toPoller).statusCode()).isEqualTo(200);
        assertThat(gateway.statusOf(poller.clusterId(), toPoller)).isEqualTo("succeeded");
        System.out.printf(
                "[database %s] socket: %s%n[database %s] poller: %s%n",
                how, socket.ledger().summary(), how, poller.ledger().summary());
        socket.close();
    }

    private static HttpResponse<String> post(SimulatedAgent agent, String key) {
        return gateway.post(
                gateway.commands(agent.clusterId()),
                Map.of("type", "echo", "payload", Map.of(), "idempotency_key", agent.agentId() + "/" + key));
    }

    private static HttpResponse<String> awaitAccepted(SimulatedAgent agent, String key) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        await("commands are accepted again")
                .atMost(RECOVERY)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    HttpResponse<String> answer = post(agent, key);
                    answers.add(answer);
                    return answer.statusCode() == 202;
                });
        return answers.get(answers.size() - 1);
    }

    private static List<JsonNode> commands(SimulatedAgent agent) {
        List<JsonNode> all = new ArrayList<>();
        Gateway.parse(gateway.get(gateway.commands(agent.clusterId()) + "?limit=100"))
                .path("commands")
                .forEach(all::add);
        return all;
    }
}
