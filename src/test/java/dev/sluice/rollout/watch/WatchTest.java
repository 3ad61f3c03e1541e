package dev.sluice.rollout.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.ConfiguredFlags;
import dev.sluice.rollout.control.FakeRolloutStore;
import dev.sluice.rollout.control.FlagFileResult;
import dev.sluice.rollout.control.ManualClock;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.control.RolloutSettings;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.evidence.LatencyCounts;
import dev.sluice.rollout.guard.Deliberation;
import dev.sluice.rollout.guard.EvidenceSource;
import dev.sluice.rollout.guard.Following;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.Judge;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.guard.PlanMachine;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.guard.Verdict;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The guard at work, with windows, a clock and a store that do what a test says. */
class WatchTest {
    private static final CohortWindow HEALTHY = window(200, 0);
    private static final CohortWindow SICK = window(60, 40);

    private final FakeRolloutStore store = new FakeRolloutStore();
    private final ManualClock clock = new ManualClock();
    private final FakeEvidence evidence = new FakeEvidence();
    private final List<String> heard = new ArrayList<>();
    private final List<Deliberation> kept = new ArrayList<>();
    private long steady;
    private long assigned = 10;
    private long connected = 10;
    private ProbeReport probe = ProbeReport.NONE;
    private boolean enabled = true;
    private RolloutControl control = control();
    private Watch watch = watch();

    private static CohortWindow window(long successes, long failures) {
        long[] latencies = new long[LatencyCounts.BUCKETS];
        latencies[LatencyCounts.bucketOf(10)] = 1_000;
        return new CohortWindow(
                successes, failures, 0, 0, 50, false, LatencyCounts.of(latencies), 0, 0, CohortWindow.Probes.NONE);
    }

    private static final class FakeEvidence implements EvidenceSource {
        private CohortWindow websocket = CohortWindow.EMPTY;
        private CohortWindow polling = CohortWindow.EMPTY;
        private int restarts;

        @Override
        public EvidenceWindow close(long nowMillis) {
            return new EvidenceWindow(nowMillis - 30_000, nowMillis, websocket, polling);
        }

        @Override
        public void restart() {
            restarts++;
        }
    }

    private RolloutControl control() {
        RolloutControl fresh =
                new RolloutControl(store, clock, new RolloutSettings("sluice", Bucketing.FLAGD, Percentage.ZERO));
        fresh.start(store.saved, ConfiguredFlags.NONE, new FlagFileResult.Missing("flags"));
        return fresh;
    }

    private Watch watch(String... steps) {
        List<Percentage> all = Stream.of(steps).map(Percentage::parse).toList();
        GuardSettings settings =
                new GuardSettings(0.01, 0.05, Math.max(1, all.size()), 5, 0.95, 0.90, 100, 500, 0.05, null, 1.5);
        PlanSettings plan = new PlanSettings(all, Duration.ofMinutes(2), PlanSettings.OnRollback.ZERO, null);
        Following following = new Following() {
            @Override
            public long assigned() {
                return assigned;
            }

            @Override
            public long connected() {
                return connected;
            }
        };
        Watch fresh = new Watch(
                control,
                new Senses(evidence, following, () -> probe, clock, () -> steady),
                new Judge(settings),
                new PlanMachine(plan),
                deliberation -> {
                    kept.add(deliberation);
                    return "{\"kept\":%d}".formatted(kept.size());
                },
                new WatchSettings(enabled, Duration.ofSeconds(30)));
        fresh.listen(new GuardListener() {
            @Override
            public void verdictChanged(VerdictChange change) {
                heard.add("verdict " + change.now().verdict().wire());
            }

            @Override
            public void ceilingChanged(CeilingChange change) {
                heard.add("ceiling " + change.from() + ">" + change.to() + " by " + change.who());
            }
        });
        return fresh;
    }

    private void restart(String... steps) {
        control = control();
        watch = watch(steps);
        done(watch.begin());
    }

    private static <T> T done(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(5));
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            steady += 30_000;
            clock.advance(Duration.ofSeconds(30));
            done(watch.look());
        }
    }

    private String ceiling() {
        return control.state().ceiling().toString();
    }

    @Test
    void aHealthyPlanReachesTheTopByItself() {
        restart("10", "50", "100");
        evidence.websocket = HEALTHY;

        assertThat(ceiling()).isEqualTo("10");
        look(40);

        assertThat(ceiling()).isEqualTo("100");
        assertThat(watch.view().plan().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(store.log())
                .filteredOn(row -> row.contains("ceiling"))
                .containsExactly("guard ceiling 100>10", "guard ceiling 10>50", "guard ceiling 50>100");
        assertThat(heard).contains("verdict advance", "ceiling 10>50 by guard", "ceiling 50>100 by guard");
    }

    @Test
    void eachStepBeginsWithoutTheEvidenceOfTheOneBefore() {
        restart("10", "50", "100");
        evidence.websocket = HEALTHY;
        while (ceiling().equals("10")) {
            look(1);
        }
        assertThat(watch.view().finding().figures()).isEmpty();
        evidence.websocket = CohortWindow.EMPTY;
        look(20);

        assertThat(evidence.restarts).isEqualTo(1);
        assertThat(ceiling()).isEqualTo("50");
        assertThat(watch.view().finding().reasons()).containsExactly("waiting-for-evidence");
        assertThat(watch.view().finding().figures().get(0).samples()).isZero();
    }

    @Test
    void sicknessRollsBackExplainsItselfAndLeavesTheTargetAlone() {
        restart("10", "50", "100");
        evidence.websocket = SICK;
        look(1);

        assertThat(ceiling()).isEqualTo("0");
        assertThat(control.state().target()).isEqualTo(Percentage.FULL);
        assertThat(watch.view().finding().verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(watch.view().finding().reasons()).containsExactly("connection-success");
        assertThat(watch.view().finding().figures()).isNotEmpty();
        AuditEntry row = store.rows.get(store.rows.size() - 1);
        assertThat(row.figures()).isEqualTo("{\"kept\":1}");
        assertThat(row.why()).isEqualTo("rolled back: connection-success is 0.600 (100 samples)");
        assertThat(kept.get(0).replay()).isEqualTo(kept.get(0).finding());
        assertThat(heard).endsWith("ceiling 10>0 by guard", "verdict rollback");
    }

    @Test
    void withoutAPlanTheGuardWatchesAllTheSame() {
        restart();
        evidence.websocket = HEALTHY;
        look(100);
        assertThat(ceiling()).isEqualTo("100");
        assertThat(store.rows).isEmpty();

        evidence.websocket = SICK;
        look(2);

        assertThat(ceiling()).isEqualTo("0");
    }

    @Test
    void aRollbackNeedsNoStoreAndSurvivesARestart() {
        restart("10", "50", "100");
        store.away = true;
        evidence.websocket = SICK;
        look(1);
        assertThat(ceiling()).isEqualTo("0");

        store.away = false;
        done(control.flushPending());
        restart("10", "50", "100");

        assertThat(ceiling()).isEqualTo("0");
        assertThat(watch.view().finding().verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(watch.view().finding().reasons()).containsExactly("connection-success");
        heard.clear();
        look(500);
        assertThat(ceiling()).isEqualTo("0");
        assertThat(heard).isEmpty();
        restart();
        assertThat(ceiling()).isEqualTo("0");
    }

    @Test
    void aStepIsTakenOnlyOnceItIsSaved() {
        restart("10", "50", "100");
        evidence.websocket = HEALTHY;
        look(4);
        store.away = true;
        look(20);
        assertThat(ceiling()).isEqualTo("10");

        store.away = false;
        look(1);

        assertThat(ceiling()).isEqualTo("50");
    }

    @Test
    void theBakeWaitsForClientsToFollow() {
        restart("10", "50", "100");
        evidence.websocket = HEALTHY;
        connected = 7;
        look(50);
        assertThat(ceiling()).isEqualTo("10");
        assertThat(watch.view().plan().phase()).isEqualTo(Phase.FOLLOWING);

        connected = 8;
        look(6);

        assertThat(ceiling()).isEqualTo("50");
    }

    @Test
    void aTargetBelowTheStepKeepsThePlanWaiting() {
        restart("10", "50", "100");
        done(control.setTarget(Percentage.parse("5"), "token:ops", null, null));
        evidence.websocket = HEALTHY;
        look(50);

        assertThat(ceiling()).isEqualTo("10");

        done(control.setTarget(Percentage.FULL, "token:ops", null, null));
        look(3);
        assertThat(ceiling()).isEqualTo("10");
        look(1);
        assertThat(ceiling()).isEqualTo("50");
    }

    @Test
    void switchedOffNobodyIsJudged() {
        restart();
        done(control.setFlags(false, null, "token:ops", null, null));
        evidence.websocket = SICK;
        look(10);

        assertThat(ceiling()).isEqualTo("100");
        assertThat(watch.view().finding().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void operatorsPauseResumePromoteAndAbort() {
        restart("10", "50", "100");
        evidence.websocket = HEALTHY;

        done(watch.pause("token:ops", "lunch"));
        look(50);
        assertThat(ceiling()).isEqualTo("10");
        done(watch.resume("token:ops", null));
        assertThat(done(watch.promote("token:ops", "we know")).plan().ceiling()).hasToString("50");
        GuardView aborted = done(watch.abort("token:ops", "pager"));

        assertThat(aborted.finding().verdict()).isEqualTo(Verdict.ROLLBACK);
        assertThat(aborted.finding().reasons()).containsExactly("operator");
        assertThat(store.log())
                .containsSubsequence(
                        "token:ops plan following>paused",
                        "token:ops plan paused>following",
                        "token:ops ceiling 10>50",
                        "token:ops ceiling 50>0");
        assertThatThrownBy(() -> done(watch.promote("token:ops", null)))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.PLAN_STATE));
        assertThat(done(watch.resume("token:ops", null)).plan().ceiling()).hasToString("10");
    }

    @Test
    void aPausedPlanStillRollsBack() {
        restart("10", "50", "100");
        done(watch.pause("token:ops", null));
        evidence.websocket = SICK;
        look(1);

        assertThat(ceiling()).isEqualTo("0");
    }

    @Test
    void anAbortHoldsWithoutTheStore() {
        restart("10", "50", "100");
        store.away = true;

        done(watch.abort("token:ops", "pager"));

        assertThat(ceiling()).isEqualTo("0");
    }

    @Test
    void aSuspendedProcessHasNotBaked() {
        restart("10", "100");
        evidence.websocket = HEALTHY;
        look(1);
        steady += Duration.ofDays(3).toMillis();
        clock.advance(Duration.ofDays(3));
        done(watch.look());

        assertThat(ceiling()).isEqualTo("10");
        assertThat(watch.view().bakeLeft()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aWallClockThatJumpsChangesNothing() {
        restart("10", "100");
        evidence.websocket = HEALTHY;
        look(1);
        clock.advance(Duration.ofDays(-900));
        look(1);
        clock.advance(Duration.ofDays(9_000));
        done(watch.look());

        assertThat(ceiling()).isEqualTo("10");
    }

    @Test
    void theAgeOfABakeIsSavedNowAndThen() {
        restart("10", "100");
        evidence.websocket = CohortWindow.EMPTY;
        look(12);
        done(control.flushPending());

        restart("10", "100");

        assertThat(watch.view().plan().phase()).isEqualTo(Phase.FOLLOWING);
        assertThat(watch.view().bakeLeft()).isZero();
    }

    @Test
    void aFailingProbeRollsBack() {
        restart();
        probe = new ProbeReport(new ProbeReport.Transport(9, 3), new ProbeReport.Transport(9, 0));
        look(1);

        assertThat(ceiling()).isEqualTo("0");
        assertThat(watch.view().finding().reasons()).containsExactly("critical-probe");
    }

    @Test
    void aCommonCauseIsHeldAndSaid() {
        restart();
        evidence.websocket = SICK;
        evidence.polling = SICK;
        look(3);

        assertThat(ceiling()).isEqualTo("100");
        assertThat(watch.view().finding().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(watch.view().finding().reasons()).startsWith("common-cause");
        assertThat(heard).containsExactly("verdict hold");
    }

    @Test
    void disabledTheGuardSaysSo() {
        enabled = false;
        restart();

        assertThat(watch.view().finding().reasons()).containsExactly("guard-disabled");
        assertThat(done(watch.abort("token:ops", null)).plan().ceiling()).hasToString("0");
        assertThat(done(watch.resume("token:ops", null)).plan().ceiling()).hasToString("100");
    }

    @Test
    void oneListenersFaultKeepsNothingFromTheOthers() {
        restart();
        watch.listen(new GuardListener() {
            @Override
            public void ceilingChanged(CeilingChange change) {
                throw new IllegalStateException("mine");
            }
        });
        @Nullable String[] reason = new String[1];
        watch.listen(new GuardListener() {
            @Override
            public void ceilingChanged(CeilingChange change) {
                reason[0] = change.plan().reasons().get(0);
            }
        });

        done(watch.abort("token:ops", null));

        assertThat(reason[0]).isEqualTo("operator");
    }
}
