package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.admin.DeliberationText;
import dev.sluice.core.ProblemCode;
import dev.sluice.identity.TokenKind;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.evidence.LatencyCounts;
import dev.sluice.rollout.guard.Deliberation;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.GuardState;
import dev.sluice.rollout.guard.Judge;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.guard.Watching;
import dev.sluice.rollout.watch.Watch;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators say to the guard and read from it. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class GuardQuarkusTest {
    private static final String ADMIN = "/api/v1/admin/rollout";
    private static final Map<String, Object> WHY = Map.of("reason", "drill");

    @Inject
    Gateway gateway;

    @Inject
    Watch watch;

    @Inject
    RolloutControl control;

    @AfterEach
    void restore() {
        if (control.state().ceiling().hundredths() < 10_000) {
            watch.resume("test", null).await().atMost(Duration.ofSeconds(20));
        }
        gateway.restore();
    }

    @Test
    void withoutAPlanItWatchesAndSaysSo() {
        JsonNode rollout = gateway.admin().get("/api/v1/rollout").json(200);

        assertThat(rollout.path("verdict").asText()).isEqualTo("inconclusive");
        assertThat(rollout.path("figures").isObject()).isTrue();
        assertThat(rollout.path("plan").path("phase").asText()).isEqualTo("off");
        assertThat(rollout.path("plan").path("bake_seconds").asInt()).isEqualTo(86_400);
        assertThat(rollout.has("step")).isFalse();
        assertThat(rollout.path("preflight").path("provable").booleanValue()).isFalse();
    }

    @Test
    void whatThePhaseDoesNotAllowIsAConflict() {
        for (String word : new String[] {"pause", "resume", "promote"}) {
            Reply refused = gateway.admin().post(ADMIN + "/" + word, WHY);

            assertThat(refused.json(409).path("code").asText()).isEqualTo(ProblemCode.PLAN_STATE.slug());
            Problems.assertProblem(refused);
        }
    }

    @Test
    void onlyAdminsSpeakToThePlan() {
        Api operator = gateway.operator(gateway.workspace());

        assertThat(operator.post(ADMIN + "/abort", WHY).json(403).path("code").asText())
                .isEqualTo("forbidden");
        assertThat(gateway.api(gateway.issue(TokenKind.PUBLISHER, null, null).secret())
                        .get(ADMIN + "/history/1/replay")
                        .json(403)
                        .path("code")
                        .asText())
                .isEqualTo("forbidden");
        assertThat(control.state().ceiling().hundredths()).isEqualTo(10_000);
    }

    @Test
    void anAbortTakesEverybodyBackAndResumeEndsIt() {
        JsonNode aborted = gateway.admin().post(ADMIN + "/abort", WHY).json(200);
        JsonNode resumed =
                gateway.admin().post(ADMIN + "/resume?reason=over", Map.of()).json(200);

        assertThat(aborted.path("ceiling").asInt()).isZero();
        assertThat(aborted.path("effective").asInt()).isZero();
        assertThat(aborted.path("target").asInt()).isEqualTo(100);
        assertThat(aborted.path("verdict").asText()).isEqualTo("rollback");
        assertThat(aborted.path("reasons").get(0).asText()).isEqualTo("operator");
        assertThat(aborted.path("plan").path("phase").asText()).isEqualTo("rolled-back");
        assertThat(resumed.path("ceiling").asInt()).isEqualTo(100);
        JsonNode history =
                gateway.admin().get(ADMIN + "/history?limit=2").json(200).path("history");
        assertThat(history.get(1).path("what").asText()).isEqualTo("ceiling");
        assertThat(history.get(1).path("to").asInt()).isZero();
        assertThat(history.get(1).path("why").asText()).isEqualTo("drill");
        assertThat(history.get(0).path("why").asText()).isEqualTo("over");
    }

    @Test
    void aDecisionIsReachedAgainFromItsRow() {
        long id = decided();

        JsonNode replay =
                gateway.admin().get(ADMIN + "/history/%d/replay".formatted(id)).json(200);

        assertThat(replay.path("matches").booleanValue()).isTrue();
        assertThat(replay.path("recorded").path("verdict").asText()).isEqualTo("rollback");
        assertThat(replay.path("replayed")).isEqualTo(replay.path("recorded"));
        assertThat(replay.path("replayed")
                        .path("figures")
                        .path("connection_success")
                        .path("state")
                        .asText())
                .isEqualTo("fails");
    }

    /** A rollback as the guard writes it. */
    private long decided() {
        Judge judge = new Judge(new GuardSettings(0.01, 0.05, 1, 5, 0.95, 0.90, 100, 500, 0.05, null, 1.5));
        CohortWindow sick =
                new CohortWindow(60, 40, 0, 0, 50, false, LatencyCounts.EMPTY, 3, 7.5, CohortWindow.Probes.NONE);
        GuardState state = judge.absorb(GuardState.FRESH, new EvidenceWindow(0, 1, sick, CohortWindow.EMPTY), 30_000);
        String figures = DeliberationText.write(new Deliberation(
                judge.settings(),
                state,
                ProbeReport.NONE,
                Watching.STEP,
                judge.judge(state, ProbeReport.NONE, Watching.STEP)));
        gateway.admin().post(ADMIN + "/abort", WHY).json(200);
        AuditEntry row = new AuditEntry(0, Instant.EPOCH, "guard", "ceiling", null, null, "a drill", figures);
        control.setCeiling(Percentage.parse("1"), row, null).await().atMost(Duration.ofSeconds(20));
        return gateway.admin()
                .get(ADMIN + "/history?limit=1")
                .json(200)
                .path("history")
                .get(0)
                .path("id")
                .asLong();
    }

    @Test
    void whatIsNoDecisionCannotBeReplayed() {
        gateway.admin().post(ADMIN + "/abort", WHY).json(200);
        long id = gateway.admin()
                .get(ADMIN + "/history?limit=1")
                .json(200)
                .path("history")
                .get(0)
                .path("id")
                .asLong();

        assertThat(gateway.admin()
                        .get(ADMIN + "/history/%d/replay".formatted(id))
                        .json(404)
                        .path("detail")
                        .asText())
                .isEqualTo("the row is no decision on figures");
        assertThat(gateway.admin()
                        .get(ADMIN + "/history/999999999/replay")
                        .json(404)
                        .path("detail")
                        .asText())
                .isEqualTo("there is no such row");
        assertThat(gateway.admin()
                        .get(ADMIN + "/history/x/replay")
                        .json(400)
                        .path("field")
                        .asText())
                .isEqualTo("id");
    }
}
