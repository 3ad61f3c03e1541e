package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Mode;
import dev.sluice.edge.gate.Serving;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.FlagSource;
import dev.sluice.rollout.control.RejectedFlags;
import dev.sluice.rollout.control.RolloutView;
import dev.sluice.rollout.control.RolloutView.Sourced;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.Reason;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.PlanState;
import dev.sluice.rollout.guard.Preflight;
import dev.sluice.rollout.watch.GuardView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutDocumentTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final RolloutState SETTINGS = new RolloutState(
            Flags.DEFAULTS, Percentage.FULL, Percentage.parse("2.5"), "sluice", Bucketing.FLAGD, Overrides.NONE, 9);

    private static final GuardView GUARD = new GuardView(
            Finding.NONE,
            new PlanState(Phase.BAKING, 1, Percentage.parse("37.5"), 3_000_000, NOON, List.of()),
            new PlanSettings(
                    List.of(Percentage.parse("10"), Percentage.parse("37.5"), Percentage.FULL),
                    Duration.ofHours(1),
                    PlanSettings.OnRollback.ZERO,
                    null),
            Duration.ofMinutes(10),
            NOON.plusSeconds(600),
            new Preflight(Percentage.FULL, 1_500L, 60_001L, "short"),
            new GuardSettings(0.01, 0.05, 2, 5, 0.95, 0.9, 100, 500, 0.05, null, 1.5));

    @Test
    void showsWhatIsInForceInAStableOrder() {
        assertThat(JsonText.write(RolloutDocument.view(view(null), SETTINGS, GUARD)))
                .isEqualTo("{'flags':{'websocket_enabled':{'value':true,'source':'default'},"
                        + "'fallback_enabled':{'value':false,'source':'environment'},"
                        + "'rollout_percentage':{'value':37.5,'source':'api'}},"
                        + "'target':37.5,'ceiling':100,'effective':37.5,'holdback':2.5,'bucketing':'flagd',"
                        + "'revision':12,'verdict':'inconclusive','reasons':['waiting-for-evidence'],'figures':{},"
                        + "'waiting_for_evidence':{'predictable':false},'step':2,"
                        + "'plan':{'steps':[10,37.5,100],'phase':'baking','since':'2026-11-20T12:00:00Z','paused':false,"
                        + "'bake_seconds':3600,'bake_left_seconds':600,'bake_ends_at':'2026-11-20T12:10:00Z'},'watching':'step',"
                        + "'limits':{'connection_success':{'advance':0.95,'rollback':0.9},"
                        + "'delivery_latency':{'advance':100.0,'rollback':500.0},'fallback_rate':{'advance':0.05},"
                        + "'error_rate':{'rollback':1.5}},"
                        + "'preflight':{'percentage':100,'provable':true,'prove_seconds':61,'detect_80_seconds':2,"
                        + "'warning':'short'}}");
    }

    @Test
    void showsABadFlagSetOnlyWhileOneIsWaiting() {
        RejectedFlags rejected = new RejectedFlags("ROLLOUT_PERCENTAGE", "101", "no", NOON);

        assertThat(JsonText.write(RolloutDocument.view(view(rejected), SETTINGS, GUARD)))
                .endsWith("'rejected':{'key':'ROLLOUT_PERCENTAGE','value':'101','message':'no',"
                        + "'at':'2026-11-20T12:00:00Z'}}");
    }

    private static RolloutView view(@Nullable RejectedFlags rejected) {
        return new RolloutView(
                new Sourced<>(true, FlagSource.DEFAULT),
                new Sourced<>(false, FlagSource.ENVIRONMENT),
                new Sourced<>(Percentage.parse("37.5"), FlagSource.API),
                Percentage.FULL,
                Percentage.parse("37.5"),
                12,
                rejected);
    }

    @Test
    void aDecisionIsNumbersAndWords() {
        assertThat(decision(Reason.OUTSIDE_ROLLOUT, Mode.POLLING, false))
                .isEqualTo("{'client_id':'agent-1','mode':'polling','bucket':4917,'percentage':37.5,"
                        + "'reason':'outside-rollout','revision':12,'fallback':false,"
                        + "'explanation':'Its bucket, 49.17 %, lies outside the 37.5 % that are offered WebSocket.'}");
    }

    @Test
    void fallbackChangesTheModeAndNotTheReason() {
        assertThat(decision(Reason.IN_ROLLOUT, Mode.WEBSOCKET, true))
                .contains("'mode':'polling'", "'reason':'in-rollout'", "'fallback':true")
                .contains("it is served by polling for a while.");
    }

    @Test
    void everyReasonHasASentenceOfItsOwn() {
        Set<String> sentences = new HashSet<>();
        for (Reason reason : Reason.values()) {
            Serving serving = serving(reason, Mode.POLLING, false);
            assertThat(sentences.add(Explanation.of(serving, Percentage.ZERO))).isTrue();
        }
    }

    private static String decision(Reason reason, Mode mode, boolean fallback) {
        return JsonText.write(
                RolloutDocument.decision("agent-1", serving(reason, mode, fallback), SETTINGS.holdback()));
    }

    private static Serving serving(Reason reason, Mode mode, boolean fallback) {
        Decision decision = new Decision(mode, 4917, Percentage.parse("37.5"), reason, 12);
        return new Serving(fallback ? Mode.POLLING : mode, decision, fallback, true);
    }

    @Test
    void historyShowsValuesAsTheirKind() {
        assertThat(row("target", "25", "37.5", null))
                .isEqualTo("{'id':3,'at':'2026-11-20T12:00:00Z','who':'token:ops','what':'target',"
                        + "'from':25,'to':37.5,'why':'half'}");
        assertThat(row("flags.websocket_enabled", "true", "false", null)).contains("'from':true,'to':false");
        assertThat(row("override.true", null, "polling", null)).contains("'from':null,'to':'polling'");
        assertThat(row("ceiling", "100", "0", "{\"success\":0.5}")).endsWith("'figures':{'success':0.5}}");
    }

    private static String row(String what, @Nullable String from, @Nullable String to, @Nullable String figures) {
        return JsonText.write(
                RolloutDocument.audit(new AuditEntry(3, NOON, "token:ops", what, from, to, "half", figures)));
    }
}
