package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway after the sunset of polling. The dates are read at start, so this one is started for it. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
@TestProfile(LegacyDatesQuarkusTest.AfterTheSunset.class)
class LegacyDatesQuarkusTest {
    private static final OffsetDateTime DEPRECATED = OffsetDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /** Only the first date is set: the second follows from it. */
    public static final class AfterTheSunset implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("sluice.legacy.deprecated-at", DEPRECATED.toString());
        }
    }

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    private TestAgent polls() {
        return gateway.agent().features(Map.of("supports_polling", true)).register();
    }

    private void assertDated(Reply reply) {
        assertThat(reply.header("Deprecation")).isEqualTo("@" + DEPRECATED.toEpochSecond());
        String sunset = reply.header("Sunset");
        assertThat(OffsetDateTime.parse(sunset, DateTimeFormatter.RFC_1123_DATE_TIME))
                .isEqualTo(DEPRECATED.plusDays(30));
        assertThat(reply.header("Link")).contains("rel=\"successor-version\"").contains("/api/v1/clusters/agent/ws");
    }

    @Test
    void everyAnswerCarriesTheDates() {
        TestAgent agent = polls();
        String nothing = "commands/00000000-0000-0000-0000-000000000000/";

        List<Reply> replies = List.of(
                agent.api().post(TestAgent.BASE + "/register", agent.registration()),
                agent.api().post(agent.path("heartbeat"), Map.of()),
                agent.api().postText(agent.path("heartbeat"), "{"),
                agent.poll(""),
                agent.poll("?after=garbage"),
                agent.api().get(agent.path("tunnel-info")),
                agent.api().post(agent.path(nothing + "ack"), Map.of()),
                agent.api().post(agent.path(nothing + "result"), Map.of("success", true)),
                gateway.anonymous().get(agent.path("poll")),
                gateway.api("sluice_agent_wrong").post(TestAgent.BASE + "/register", agent.registration()),
                gateway.operator(gateway.workspace()).get(agent.path("tunnel-info")),
                agent.api().delete(agent.path("poll")));

        assertThat(replies).extracting(Reply::status).contains(200, 400, 401, 403, 404, 405);
        replies.forEach(this::assertDated);
    }

    @Test
    void anAgentOfOldIsToldToMove() {
        TestAgent declared = polls();
        TestAgent ofOld = gateway.agent();
        AgentSocketClient socket = ofOld.connect();

        Reply register = ofOld.api().post(TestAgent.BASE + "/register", ofOld.registration());
        Reply poll = ofOld.poll("");
        Reply heartbeat = ofOld.api().post(ofOld.path("heartbeat"), Map.of());

        for (Reply gone : List.of(register, poll, heartbeat)) {
            assertThat(gone.json(410).path("code").asText()).isEqualTo("sunset");
            assertThat(gone.json().path("detail").asText()).contains("migration-guide");
            assertDated(gone);
            Problems.assertProblem(gone);
        }
        assertThat(poll.header("Sluice-Mode")).isEqualTo("websocket");
        assertThat(declared.poll("").status()).isEqualTo(200);
        socket.type("ping", "p", Map.of());
        socket.await("pong", "p");
    }

    @Test
    void nobodyWhoCannotPollIsMovedToIt() {
        TestAgent ofOld = gateway.agent();
        AgentSocketClient socket = ofOld.connect();
        TestAgent declares = gateway.agent().features(Map.of("supports_polling", true));
        AgentSocketClient moved = declares.connect();

        gateway.percentage("0");

        assertThat(moved.awaitClose()).isEqualTo(4503);
        socket.type("ping", "p", Map.of());
        socket.await("pong", "p");
        assertThat(declares.poll("").status()).isEqualTo(200);
    }
}
