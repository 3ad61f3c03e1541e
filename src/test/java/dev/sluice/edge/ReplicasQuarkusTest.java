package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More than one connection of an agent: leases, the newest connection, replicas, and two that fight. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class ReplicasQuarkusTest {

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    @Test
    void onAConnectionThatStaysACommandComesAgainUntilItIsAcknowledged() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect();
        String id = gateway.command(agent, Map.of());

        JsonNode first = socket.await("command", id);
        JsonNode second = socket.await("command", id);
        socket.acknowledge(id);
        String next = gateway.command(agent, Map.of());
        JsonNode other = socket.await("command", next);

        assertThat(first.path("payload").path("attempt").intValue()).isEqualTo(1);
        assertThat(second.path("payload").path("attempt").intValue()).isEqualTo(2);
        assertThat(second.path("payload").path("payload"))
                .isEqualTo(first.path("payload").path("payload"));
        assertThat(other.path("payload").path("attempt").intValue()).isEqualTo(1);
    }

    @Test
    void theNewerConnectionTakesOverWithEverythingUnacknowledgedInOrder() {
        TestAgent agent = gateway.agent();
        AgentSocketClient older = agent.connect();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(gateway.command(agent, Map.of("i", i)));
        }
        ids.forEach(id -> older.await("command", id));
        older.acknowledge(ids.get(0));
        older.acknowledge(ids.get(2));
        older.type("ping", "settled", Map.of());
        older.await("pong", "settled");
        Awaitility.await().untilAsserted(() -> assertThat(
                        gateway.seen(agent, ids.get(2)).path("status").asText())
                .isEqualTo("acknowledged"));

        AgentSocketClient newer = agent.connect();
        List<String> offered = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            offered.add(newer.await("command").path("request_id").asText());
        }

        assertThat(older.awaitClose()).isEqualTo(4409);
        assertThat(offered).containsExactly(ids.get(1), ids.get(3), ids.get(4));
    }

    @Test
    void whatTheSupersededConnectionStillSettlesCounts() {
        TestAgent agent = gateway.agent();
        AgentSocketClient older = agent.connect();
        String id = gateway.command(agent, Map.of());
        older.await("command", id);

        AgentSocketClient newer = agent.connect();
        newer.await("command", id);
        newer.finish(id, Map.of("success", true));

        assertThat(older.awaitClose()).isEqualTo(4409);
        Awaitility.await().untilAsserted(() -> assertThat(
                        gateway.seen(agent, id).path("status").asText())
                .isEqualTo("succeeded"));
    }

    @Test
    void replicasLiveSideBySideAndACommandGoesToOne() {
        TestAgent agent = gateway.agent();
        AgentSocketClient one = agent.connect("one");
        AgentSocketClient two = agent.connect("two");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(gateway.command(agent, Map.of("i", i)));
        }

        Awaitility.await()
                .until(() ->
                        one.untaken("command").size() + two.untaken("command").size() >= ids.size());

        List<String> delivered = new ArrayList<>();
        one.untaken("command")
                .forEach(frame -> delivered.add(frame.path("request_id").asText()));
        two.untaken("command")
                .forEach(frame -> delivered.add(frame.path("request_id").asText()));
        assertThat(delivered).containsAll(ids);
        assertThat(one.untaken("command")).isNotEmpty();
        assertThat(two.untaken("command")).isNotEmpty();
        assertThat(one.closed()).isFalse();
        assertThat(two.closed()).isFalse();
    }

    @Test
    void whatALostReplicaDidNotAcknowledgeGoesToTheOther() {
        TestAgent agent = gateway.agent();
        AgentSocketClient one = agent.connect("one");
        String id = gateway.command(agent, Map.of());
        one.await("command", id);
        AgentSocketClient two = agent.connect("two");

        one.cut();

        JsonNode again = two.await("command", id);
        assertThat(again.path("payload").path("attempt").intValue()).isEqualTo(2);
    }

    @Test
    void aReplicaMayPollByItsName() {
        TestAgent agent = gateway.agent();
        AgentSocketClient socket = agent.connect("one");
        agent.poll("?instance_id=two").json(200);
        String id = gateway.command(agent, Map.of());
        socket.await("command", id);

        JsonNode polled = agent.poll("?instance_id=two").json(200);

        assertThat(polled.path("commands")).isEmpty();
        assertThat(socket.closed()).isFalse();
    }

    @Test
    void twoAgentsWithOneIdentityAreToldAndTheNewcomerIsClosed() {
        TestAgent agent = gateway.agent();
        AgentSocketClient holder = agent.connect();
        List<AgentSocketClient> before = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            before.add(holder);
            holder = agent.connect();
            assertThat(before.get(i).awaitClose()).isEqualTo(4409);
        }

        AgentSocketClient newcomer = agent.connect();
        JsonNode told = newcomer.await("error");
        String id = gateway.command(agent, Map.of());

        assertThat(told.path("payload").path("error").asText()).contains("duplicate-identity");
        holder.await("command", id);
        holder.acknowledge(id);
        assertThat(newcomer.awaitClose()).isEqualTo(4409);
        assertThat(newcomer.untaken("command")).isEmpty();
        assertThat(holder.closed()).isFalse();
    }
}
