package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private final NodeHealth health = new NodeHealth();

    @Test
    void staysReadyWhileTheDatabaseIsAwayAndSaysSo() {
        health.watchDatabase(() -> false);

        HealthCheckResponse answer = new StoreCheck(health).call();

        assertThat(answer.getStatus()).isEqualTo(Status.UP);
        assertThat(answer.getData()).hasValueSatisfying(data -> assertThat(data).containsEntry("database", "away"));
    }

    @Test
    void hasStartedOnceTheWiringIsThrough() {
        StartedCheck check = new StartedCheck(health);
        assertThat(check.call().getStatus()).isEqualTo(Status.DOWN);

        health.started();

        assertThat(check.call().getStatus()).isEqualTo(Status.UP);
        assertThat(new AliveCheck().call().getStatus()).isEqualTo(Status.UP);
    }
}
