package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An agent stops reading while large commands flow; another one's network is gone and nobody says so. */
class SlowConsumerIT {
    /** More than socket buffers of both ends and the gateway's heap could swallow together with what else is there. */
    private static final int COMMANDS = 30;

    private static final int PAYLOAD = 900_000;
    private static final long GROWTH = 48 << 20;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway("SlowConsumerIT")
                .with("SLUICE_MAILBOX_MAX_AGE", "2s")
                .with("SLUICE_AGENTS_PING_INTERVAL", "2s")
                .with("SLUICE_AGENTS_SILENCE", "15s")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void closesAnAgentThatStopsReadingAndDeliversOverItsNextConnection() {
        SimulatedAgent agent = new SimulatedAgent(gateway, "slow").readsNothing();
        SimulatedAgent.Connection stalled = agent.connect();
        long before = gateway.heapAfterGc();

        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            accepted.add(gateway.command(agent.clusterId(), Map.of("n", i, "bulk", "x".repeat(PAYLOAD))));
        }
        await("its connection is given up").atMost(Duration.ofSeconds(12)).until(() -> tunnelStatus(agent)
                .equals("disconnected"));
        long held = gateway.heapAfterGc() - before;

        stalled.read();
        int code = stalled.awaitClose(SimulatedAgent.SOON);
        agent.connect();
        await("everything came")
                .atMost(SimulatedAgent.SOON)
                .until(() -> agent.ledger().firsts().size() == COMMANDS);
        await("and is settled").atMost(SimulatedAgent.SOON).until(() -> gateway.statusOf(
                        agent.clusterId(), accepted.get(COMMANDS - 1))
                .equals("succeeded"));
        System.out.printf(
                "[slow consumer] closed %d; heap grew by %d KiB under %d KiB of commands; %s%n",
                code,
                held >> 10,
                (long) COMMANDS * PAYLOAD >> 10,
                agent.ledger().summary());
        assertThat(code).isIn(4510, RawSocket.NO_CODE);
        assertThat(held).as("heap held for a client that does not read").isLessThan(GROWTH);
        agent.ledger().check(accepted);
        assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
        agent.close();
    }

    /** No FIN, no reset, no pong: the agent's machine is gone. */
    @Test
    void closesAHalfOpenConnectionAndGivesItsCommandsToTheNext() throws IOException {
        SimulatedAgent agent = new SimulatedAgent(gateway, "half-open");
        agent.register();
        try (RawSocket gone = new RawSocket(gateway)) {
            gone.upgrade(agent.agentId());
            gone.register(agent.agentId());
            String command = gateway.command(agent.clusterId(), Map.of());
            assertThat(gone.readFrame()).contains(command);

            assertThat(gone.awaitCloseCode(Duration.ofSeconds(40))).isEqualTo(4408);

            agent.poll(5);
            assertThat(agent.ledger().firsts()).containsExactly(command);
            assertThat(gone.readToEnd(Duration.ofSeconds(30)))
                    .as("then the socket is closed, although nobody answers")
                    .isEmpty();
            await("the connection is forgotten").atMost(SimulatedAgent.SOON).until(() -> tunnelStatus(agent)
                    .equals("disconnected"));
        }
    }

    private static String tunnelStatus(SimulatedAgent agent) {
        return Gateway.parse(gateway.get("/api/v1/clusters/agent/" + agent.clusterId() + "/tunnel-info"))
                .path("tunnel_status")
                .asText();
    }
}
