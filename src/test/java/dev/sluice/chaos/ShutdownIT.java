package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The gateway is asked to stop: everybody is told, everything is written, the database goes last. */
class ShutdownIT {
    /** What orchestrators are told to wait is 60 s; nothing here should need half of it. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final int NOBODY = 65534;

    @Test
    void tellsAgentsAndStopsItsDatabaseLast() {
        try (Gateway gateway = new Gateway("ShutdownIT").start()) {
            SimulatedAgent told = new SimulatedAgent(gateway, "told")
                    .feature("supports_switch", true)
                    .settlesNothing();
            SimulatedAgent old = new SimulatedAgent(gateway, "old");
            SimulatedAgent parked = new SimulatedAgent(gateway, "parked");
            SimulatedAgent.Connection ofTold = told.connect();
            SimulatedAgent.Connection ofOld = old.connect();
            parked.register();
            String open = gateway.command(told.clusterId(), Map.of());
            await().atMost(SimulatedAgent.SOON).until(() -> told.ledger().has(open));
            CompletableFuture<Integer> poll =
                    CompletableFuture.supplyAsync(() -> parked.poll(50).statusCode());
            await("the poll is parked")
                    .atMost(SimulatedAgent.SOON)
                    .until(() -> gateway.metric("sluice_polls_parked", "") >= 1);

            gateway.askToStop();

            JsonNode farewell =
                    ofTold.await(frame -> "switch".equals(frame.path("type").textValue()));
            assertThat(farewell.path("payload").path("reason").textValue()).isEqualTo("shutdown");
            ofTold.settle(open);
            assertThat(ofTold.awaitClose(GRACE)).isEqualTo(1012);
            assertThat(ofOld.awaitClose(GRACE)).isEqualTo(1012);
            assertThat(ofOld.saw("switch")).isFalse();
            assertThat(poll.join()).as("the parked poll").isEqualTo(200);
            assertThat(gateway.awaitExit(GRACE)).as("exit code").isZero();
            assertThat(gateway.databaseProcesses())
                    .as("processes of the database")
                    .isEmpty();

            gateway.start();
            assertThat(gateway.statusOf(told.clusterId(), open))
                    .as("settled on the way down")
                    .isEqualTo("succeeded");
            assertThat(gateway.output()).doesNotContain("stopping the database that an earlier run left behind");
            told.connect().heartbeat();
            told.close();
        }
    }

    @Test
    void startsAndStopsAsANormalUser() throws IOException {
        // Who runs this as a normal user has all the other cases for it already.
        assumeTrue(uid() == 0, "only root can become somebody else");
        Path directory = Files.createTempDirectory("sluice-nobody-");
        List<String> asNobody = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        try (Gateway gateway = new Gateway(directory.resolve("gateway")).runBy(asNobody)) {
            // A checkout below root's home is closed to others: that says nothing of the gateway.
            assumeTrue(
                    Gateway.run(
                                    "setpriv",
                                    "--reuid=" + NOBODY,
                                    "--clear-groups",
                                    "test",
                                    "-r",
                                    Gateway.jar().toString())
                            == 0,
                    "nobody can read the jar here");
            Files.setAttribute(directory, "unix:uid", NOBODY);
            Files.setAttribute(gateway.home(), "unix:uid", NOBODY);
            gateway.with("HOME", directory.toString()).start();
            assertThat(gateway.get("/api/v1/admin/rollout/history").statusCode())
                    .isEqualTo(200);

            gateway.askToStop();

            assertThat(gateway.awaitExit(GRACE)).as("exit code").isZero();
            assertThat(gateway.databaseProcesses()).isEmpty();
            assertThat(Files.getAttribute(gateway.data().resolve("postgres"), "unix:uid"))
                    .as("owner of the data")
                    .isEqualTo(NOBODY);
        } finally {
            Gateway.delete(directory);
        }
    }

    private static int uid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
