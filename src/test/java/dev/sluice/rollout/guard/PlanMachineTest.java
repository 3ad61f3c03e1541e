package dev.sluice.rollout.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.PlanMachine.Look;
import dev.sluice.rollout.guard.PlanSettings.OnRollback;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanMachineTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(30);
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final PlanMachine machine = new PlanMachine(Windows.plan("10", "50", "100"));

    /** Every phase, as it is in the middle of a plan of 10, 50, 100. */
    private static PlanState in(Phase phase) {
        Map<Phase, PlanState> all = new EnumMap<>(Phase.class);
        all.put(Phase.OFF, state(Phase.OFF, 0, "100", 0));
        all.put(Phase.FOLLOWING, state(Phase.FOLLOWING, 1, "50", 0));
        all.put(Phase.BAKING, state(Phase.BAKING, 1, "50", HOUR));
        all.put(Phase.PAUSED, state(Phase.PAUSED, 1, "50", HOUR / 2));
        all.put(Phase.COMPLETE, state(Phase.COMPLETE, 2, "100", 0));
        all.put(
                Phase.ROLLED_BACK,
                new PlanState(Phase.ROLLED_BACK, 0, Percentage.ZERO, 0, NOON, List.of("connection-success")));
        return all.get(phase);
    }

    private static PlanState state(Phase phase, int step, String ceiling, long spent) {
        return new PlanState(phase, step, Percentage.parse(ceiling), spent, NOON, List.of());
    }

    private static Finding says(Verdict verdict) {
        return new Finding(verdict, verdict == Verdict.ROLLBACK ? List.of("error-rate") : List.of(), List.of(), null);
    }

    private static Look look(Verdict verdict) {
        return new Look(says(verdict), true, true, 30_000, LATER);
    }

    /** State × event, whole: the phase and ceiling that come of it, or that it is refused. */
    @ParameterizedTest
    @CsvSource({
        "OFF,         advance,      OFF 100",
        "OFF,         hold,         OFF 100",
        "OFF,         rollback,     ROLLED_BACK 0",
        "OFF,         inconclusive, OFF 100",
        "OFF,         pause,        refused",
        "OFF,         resume,       refused",
        "OFF,         abort,        ROLLED_BACK 0",
        "OFF,         promote,      refused",
        "FOLLOWING,   advance,      BAKING 50",
        "FOLLOWING,   hold,         BAKING 50",
        "FOLLOWING,   rollback,     ROLLED_BACK 0",
        "FOLLOWING,   inconclusive, BAKING 50",
        "FOLLOWING,   pause,        PAUSED 50",
        "FOLLOWING,   resume,       refused",
        "FOLLOWING,   abort,        ROLLED_BACK 0",
        "FOLLOWING,   promote,      COMPLETE 100",
        "BAKING,      advance,      COMPLETE 100",
        "BAKING,      hold,         BAKING 50",
        "BAKING,      rollback,     ROLLED_BACK 0",
        "BAKING,      inconclusive, BAKING 50",
        "BAKING,      pause,        PAUSED 50",
        "BAKING,      resume,       refused",
        "BAKING,      abort,        ROLLED_BACK 0",
        "BAKING,      promote,      COMPLETE 100",
        "PAUSED,      advance,      PAUSED 50",
        "PAUSED,      hold,         PAUSED 50",
        "PAUSED,      rollback,     ROLLED_BACK 0",
        "PAUSED,      inconclusive, PAUSED 50",
        "PAUSED,      pause,        PAUSED 50",
        "PAUSED,      resume,       FOLLOWING 50",
        "PAUSED,      abort,        ROLLED_BACK 0",
        "PAUSED,      promote,      COMPLETE 100",
        "COMPLETE,    advance,      COMPLETE 100",
        "COMPLETE,    hold,         COMPLETE 100",
        "COMPLETE,    rollback,     ROLLED_BACK 0",
        "COMPLETE,    inconclusive, COMPLETE 100",
        "COMPLETE,    pause,        refused",
        "COMPLETE,    resume,       refused",
        "COMPLETE,    abort,        ROLLED_BACK 0",
        "COMPLETE,    promote,      refused",
        "ROLLED_BACK, advance,      ROLLED_BACK 0",
        "ROLLED_BACK, hold,         ROLLED_BACK 0",
        "ROLLED_BACK, rollback,     ROLLED_BACK 0",
        "ROLLED_BACK, inconclusive, ROLLED_BACK 0",
        "ROLLED_BACK, pause,        refused",
        "ROLLED_BACK, resume,       FOLLOWING 10",
        "ROLLED_BACK, abort,        ROLLED_BACK 0",
        "ROLLED_BACK, promote,      refused"
    })
    void table(Phase phase, String event, String outcome) {
        UnaryOperator<PlanState> move =
                switch (event) {
                    case "pause" -> now -> machine.pause(now, LATER);
                    case "resume" -> now -> machine.resume(now, LATER);
                    case "abort" -> now -> machine.abort(now, LATER);
                    case "promote" -> now -> machine.promote(now, LATER);
                    default -> now -> machine.look(now, look(Verdict.valueOf(event.toUpperCase(Locale.ROOT))));
                };

        assertThat(outcomeOf(move, in(phase))).isEqualTo(outcome);
    }

    private static String outcomeOf(UnaryOperator<PlanState> move, PlanState from) {
        try {
            PlanState to = move.apply(from);
            return to.phase() + " " + to.ceiling();
        } catch (SluiceException e) {
            assertThat(e.code()).isEqualTo(ProblemCode.PLAN_STATE);
            return "refused";
        }
    }

    @Test
    void theBakeBeginsWhenClientsHaveFollowed() {
        Look waiting = new Look(says(Verdict.ADVANCE), false, true, 30_000, LATER);

        PlanState now = in(Phase.FOLLOWING);
        for (int i = 0; i < 1_000; i++) {
            now = machine.look(now, waiting);
        }

        assertThat(now).isEqualTo(in(Phase.FOLLOWING));
    }

    @Test
    void aStepIsTakenOnlyAfterTheBake() {
        PlanState now = machine.look(in(Phase.FOLLOWING), look(Verdict.ADVANCE));
        int looks = 0;
        while (now.phase() == Phase.BAKING) {
            now = machine.look(now, look(Verdict.ADVANCE));
            looks++;
        }

        assertThat(looks).isEqualTo(120);
        assertThat(now.ceiling()).isEqualTo(Percentage.FULL);
    }

    /** Else a target that is raised later would skip steps that nobody was ever on. */
    @Test
    void aStepThatTheTargetDoesNotReachIsNotProved() {
        Look below = new Look(says(Verdict.ADVANCE), true, false, 30_000, LATER);

        assertThat(machine.look(in(Phase.BAKING), below).phase()).isEqualTo(Phase.BAKING);
    }

    @Test
    void timeThatRunsBackwardsBakesNothing() {
        Look back = new Look(says(Verdict.ADVANCE), true, true, -HOUR, LATER);

        assertThat(machine.look(state(Phase.BAKING, 0, "10", HOUR - 1), back).spentMillis())
                .isEqualTo(HOUR - 1);
    }

    @Test
    void aPauseStopsTheBakeAndKeepsIt() {
        PlanState paused = machine.look(in(Phase.PAUSED), look(Verdict.ADVANCE));
        PlanState resumed = machine.look(machine.resume(paused, LATER), look(Verdict.ADVANCE));

        assertThat(resumed.phase()).isEqualTo(Phase.BAKING);
        assertThat(resumed.spentMillis()).isEqualTo(HOUR / 2);
    }

    @Test
    void theLastGoodStepIsOneDownAndThenNothing() {
        PlanMachine careful = machine(OnRollback.LAST_GOOD, null, "10", "50", "100");

        PlanState once = careful.look(in(Phase.COMPLETE), look(Verdict.ROLLBACK));
        PlanState twice = careful.look(once, look(Verdict.ROLLBACK));
        PlanState atFirst = careful.look(state(Phase.BAKING, 0, "10", 0), look(Verdict.ROLLBACK));

        assertThat(once.ceiling()).isEqualTo(Percentage.parse("50"));
        assertThat(once.reasons()).containsExactly("error-rate");
        assertThat(twice.ceiling()).isEqualTo(Percentage.ZERO);
        assertThat(atFirst.ceiling()).isEqualTo(Percentage.ZERO);
    }

    @Test
    void theCoolDownEndsTheGuardsRollbackAndNotAPersons() {
        PlanMachine cooling = machine(OnRollback.ZERO, Duration.ofMinutes(1), "10", "100");

        PlanState once = cooling.look(in(Phase.ROLLED_BACK), look(Verdict.INCONCLUSIVE));
        PlanState twice = cooling.look(once, look(Verdict.INCONCLUSIVE));
        PlanState byPerson = cooling.abort(in(Phase.BAKING), LATER);
        for (int i = 0; i < 10; i++) {
            byPerson = cooling.look(byPerson, look(Verdict.INCONCLUSIVE));
        }

        assertThat(once.phase()).isEqualTo(Phase.ROLLED_BACK);
        assertThat(twice.phase()).isEqualTo(Phase.FOLLOWING);
        assertThat(twice.ceiling()).isEqualTo(Percentage.parse("10"));
        assertThat(byPerson.phase()).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void withoutAPlanResumeGivesEverythingBack() {
        PlanMachine off = machine(OnRollback.ZERO, null);

        assertThat(off.resume(in(Phase.ROLLED_BACK), LATER).ceiling()).isEqualTo(Percentage.FULL);
    }

    @Test
    void aFreshGatewayBeginsAtTheFirstStepAndWithoutAPlanAtTheTop() {
        assertThat(machine.begin(null, NOON).ceiling()).isEqualTo(Percentage.parse("10"));
        assertThat(machine(OnRollback.ZERO, null).begin(null, NOON).ceiling()).isEqualTo(Percentage.FULL);
    }

    @Test
    void aRolledBackGatewayComesUpRolledBack() {
        assertThat(machine.begin(in(Phase.ROLLED_BACK), LATER)).isEqualTo(in(Phase.ROLLED_BACK));
        assertThat(machine(OnRollback.ZERO, null).begin(in(Phase.ROLLED_BACK), LATER))
                .isEqualTo(in(Phase.ROLLED_BACK));
    }

    @Test
    void aRestartKeepsStepPauseAndBake() {
        PlanState baking = machine.begin(state(Phase.BAKING, 1, "50", 1_000), LATER);
        PlanState paused = machine.begin(in(Phase.PAUSED), LATER);
        PlanState complete = machine.begin(in(Phase.COMPLETE), LATER);

        assertThat(baking.phase()).isEqualTo(Phase.FOLLOWING);
        assertThat(baking.ceiling()).isEqualTo(Percentage.parse("50"));
        assertThat(baking.spentMillis()).isEqualTo(1_000);
        assertThat(paused.phase()).isEqualTo(Phase.PAUSED);
        assertThat(complete.phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void otherStepsAfterARestartBeginAtTheOneBelow() {
        PlanMachine other = machine(OnRollback.ZERO, null, "5", "40", "60", "100");

        PlanState now = other.begin(state(Phase.BAKING, 1, "50", 1_000), LATER);

        assertThat(now.ceiling()).isEqualTo(Percentage.parse("40"));
        assertThat(now.spentMillis()).isZero();
    }

    private static PlanMachine machine(OnRollback onRollback, @Nullable Duration coolDown, String... steps) {
        PlanSettings plan = Windows.plan(steps);
        return new PlanMachine(new PlanSettings(plan.steps(), plan.bake(), onRollback, coolDown));
    }
}
