package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.AgentSocketClient.Refused;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Jwts;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever is known is told how it is served, whatever it is answered. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class KnownClientsQuarkusTest {
    private static final String NO_SESSION = "/api/v1/sessions/" + "z".repeat(32) + "/messages";

    @Inject
    Gateway gateway;

    @Inject
    InstantSource clock;

    private final String name = "known-" + UUID.randomUUID();
    private final String named = "?client_id=" + name;

    @BeforeEach
    void everybodyIsInTheRollout() {
        gateway.percentage("100");
    }

    @AfterEach
    void leave() {
        gateway.restore();
    }

    private static void assertTold(Reply reply, int status) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("sluice-mode")).isEqualTo("websocket");
    }

    private Reply refusedUpgrade(String pathAndQuery, Map<String, String> headers) {
        return catchThrowableOfType(Refused.class, () -> AgentSocketClient.open(gateway.uri(), pathAndQuery, headers))
                .reply();
    }

    @Test
    void whoBeginsASessionBadly() {
        Api anonymous = gateway.anonymous();

        assertTold(anonymous.postText("/api/v1/sessions" + named, "{"), 400);
        assertTold(anonymous.post("/api/v1/sessions" + named, Map.of("resume_token", "x".repeat(32))), 410);
        assertTold(anonymous.post("/api/v1/sessions", Map.of("client_id", name, "resume_token", "x".repeat(32))), 410);
    }

    @Test
    void whoAsksForASessionThatIsNotThere() {
        Api anonymous = gateway.anonymous();

        assertTold(anonymous.get(NO_SESSION + named), 410);
        assertTold(anonymous.postText(NO_SESSION + named, "{}"), 410);
        assertTold(anonymous.delete("/api/v1/sessions/" + "z".repeat(32) + named), 410);
        assertTold(anonymous.get("/api/v1/sessions/" + "z".repeat(32) + "/events" + named), 410);
        assertThat(anonymous.get(NO_SESSION).header("sluice-mode")).isNull();
    }

    @Test
    void whoAsksForTheSessionOfSomebodyElse() {
        long soon = clock.instant().getEpochSecond() + 60;
        Api ann = gateway.api(Jwts.user("ann-" + name, soon));
        Api bob = gateway.api(Jwts.user("bob-" + name, soon));
        String session = "/api/v1/sessions/"
                + ann.post("/api/v1/sessions", Map.of())
                        .json(201)
                        .path("session_id")
                        .asText();

        assertTold(bob.get(session + "/messages"), 403);
        assertTold(bob.postText(session + "/messages", "{"), 400);
        assertTold(bob.delete(session), 403);
    }

    @Test
    void whoIsNotUpgraded() {
        Api anonymous = gateway.anonymous();

        assertTold(anonymous.get("/ws" + named), 426);
        assertTold(anonymous.get("/ws/" + name), 426);
        assertTold(anonymous.get("/ws?agent_id=" + name), 426);
        assertTold(anonymous.sendWith("GET", "/ws", "Sluice-Client-Id", name), 426);
        assertTold(refusedUpgrade("/ws" + named, Map.of("Origin", "https://elsewhere.example")), 403);
        assertTold(refusedUpgrade("/ws" + named + "&resume_token=" + "x".repeat(32), Map.of()), 410);
        assertThat(anonymous.get("/ws").header("sluice-mode")).isNull();
    }

    @Test
    void whoAsksHowItIsDecidedOrReportsOfItself() {
        Api anonymous = gateway.anonymous();
        Map<String, String> noReport = Map.of("client_id", name, "event", "none");

        assertTold(anonymous.get("/api/v1/rollout/decision" + named), 200);
        assertTold(anonymous.post("/api/v1/telemetry", noReport), 400);
        assertTold(anonymous.postText("/api/v1/telemetry" + named, "{"), 400);
    }

    @Test
    void theAgentThatIsNotRegistered() {
        TestAgent holder = gateway.agent().register();
        TestAgent other = gateway.agent().with("name", holder.registration().get("name"));
        String register = TestAgent.BASE + "/register";

        assertTold(other.api().post(register, other.registration()), 409);
        assertTold(other.api().post(register, Map.of("agent_id", name)), 400);
        assertTold(other.api().postText(register + "?agent_id=" + name, "{"), 400);
        assertTold(other.api().get(TestAgent.BASE + "/ws?agent_id=" + name), 426);
    }

    @Test
    void whoComesTooOften() throws IOException {
        InetAddress flooder = InetAddress.getByName("127.77.3.1");
        byte[] request = ("GET " + NO_SESSION + named + " HTTP/1.1\r\nHost: gateway\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);

        try (Wire wire = new Wire(gateway.uri(), flooder)) {
            Reply last;
            do {
                wire.write(request);
                last = wire.readReply();
            } while (last.status() == 410);

            assertTold(last, 429);
        }
    }

    @Test
    void nobodyIsKnownByWhatSomebodyElseAsksAbout() {
        assertThat(gateway.admin().get("/api/v1/admin/sessions" + named).header("sluice-mode"))
                .isNull();
        assertThat(gateway.api("wrong").get("/api/v1/connect" + named).header("sluice-mode"))
                .isNull();
    }
}
