package dev.sluice.rollout.control;

import static dev.sluice.rollout.control.Rig.done;
import static dev.sluice.rollout.control.Rig.failure;
import static dev.sluice.rollout.control.Rig.file;
import static dev.sluice.rollout.control.Rig.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutControlTest {
    private static final Percentage TEN = Percentage.parse("10");
    private static final Percentage HALF = Percentage.parse("50");

    private final Rig rig = new Rig();

    @Test
    void theHighestLayerThatSaysSomethingWins() {
        ConfiguredFlags lower = new ConfiguredFlags(set(null, false, "5"), set(null, null, "20"));

        rig.start(lower, file(true, null, null));
        RolloutView before = rig.control.view();
        done(rig.control.setTarget(HALF, "token:ops", "go", null));
        RolloutView after = rig.control.view();

        assertThat(before.websocketEnabled().source()).isEqualTo(FlagSource.FLAG_FILE);
        assertThat(before.fallbackEnabled().value()).isFalse();
        assertThat(before.fallbackEnabled().source()).isEqualTo(FlagSource.APPLICATION_PROPERTIES);
        assertThat(before.rolloutPercentage().source()).isEqualTo(FlagSource.ENVIRONMENT);
        assertThat(before.target()).hasToString("20");
        assertThat(after.rolloutPercentage().source()).isEqualTo(FlagSource.API);
        assertThat(after.target()).hasToString("50");
    }

    @Test
    void theDefaultsHoldWhereNobodySaysAnything() {
        RolloutView view = rig.start().control.view();

        assertThat(view.rolloutPercentage().source()).isEqualTo(FlagSource.DEFAULT);
        assertThat(view.target()).isEqualTo(Percentage.FULL);
        assertThat(view.ceiling()).isEqualTo(Percentage.FULL);
        assertThat(view.revision()).isZero();
    }

    @Test
    void anOperatorsTargetIsSavedWithItsRowAndSurvivesARestart() {
        rig.start();

        RolloutState now = done(rig.control.setTarget(HALF, "token:ops", "first step", null));
        rig.start();

        assertThat(now.target()).isEqualTo(HALF);
        assertThat(now.revision()).isEqualTo(1);
        assertThat(rig.target()).isEqualTo("50");
        assertThat(rig.control.state().revision()).isEqualTo(1);
        assertThat(rig.store.log()).containsExactly("token:ops target 100>50");
        assertThat(rig.store.rows.get(0).why()).isEqualTo("first step");
        assertThat(rig.store.rows.get(0).at()).isEqualTo(rig.clock.instant());
    }

    @Test
    void givingTheTargetBackUncoversTheConfiguration() {
        rig.start(new ConfiguredFlags(set(null, null, "10"), FlagSet.EMPTY), Rig.NO_FILE);
        done(rig.control.setTarget(HALF, "token:ops", null, null));

        RolloutState now = done(rig.control.clearTarget("token:ops", "back to git", null));

        assertThat(now.target()).isEqualTo(TEN);
        assertThat(rig.control.view().rolloutPercentage().source()).isEqualTo(FlagSource.APPLICATION_PROPERTIES);
        assertThat(rig.store.log()).containsExactly("token:ops target 10>50", "token:ops target 50>10");
    }

    @Test
    void aKeyThatTheFileNamesIsPinned() {
        rig.start(ConfiguredFlags.NONE, file(true, null, "20"));

        SluiceException target = failure(rig.control.setTarget(HALF, "token:ops", null, null));
        SluiceException flag = failure(rig.control.setFlags(false, null, "token:ops", null, null));

        assertThat(target.code()).isEqualTo(ProblemCode.PINNED);
        assertThat(target.detail()).contains("ROLLOUT_PERCENTAGE", Rig.FILE);
        assertThat(flag.detail()).contains("WEBSOCKET_ENABLED", Rig.FILE);
        assertThat(rig.target()).isEqualTo("20");
        assertThat(rig.store.saves).isZero();
    }

    @Test
    void aKeyThatTheFileLeavesOutIsTheOperators() {
        rig.start(ConfiguredFlags.NONE, file(null, null, "20"));

        done(rig.control.setFlags(null, false, "token:ops", null, null));

        assertThat(rig.control.state().flags().fallbackEnabled()).isFalse();
        assertThat(rig.store.log()).containsExactly("token:ops flags.fallback_enabled true>false");
    }

    @Test
    void switchesThatTogetherWouldShutEverybodyOutAreRefused() {
        rig.start(new ConfiguredFlags(FlagSet.EMPTY, set(null, false, null)), Rig.NO_FILE);

        SluiceException failure = failure(rig.control.setFlags(false, null, "token:ops", null, null));

        assertThat(failure.code()).isEqualTo(ProblemCode.INVALID_FIELD);
        assertThat(failure.field()).isEqualTo("websocket_enabled");
        assertThat(failure.detail()).contains("fallback_enabled is false (from environment)");
        assertThat(rig.control.state().flags().websocketEnabled()).isTrue();
    }

    @Test
    void aStaleRevisionIsRefused() {
        rig.start();
        done(rig.control.setTarget(HALF, "token:ops", null, 0L));

        SluiceException failure = failure(rig.control.setTarget(TEN, "token:ops", null, 0L));

        assertThat(failure.code()).isEqualTo(ProblemCode.STALE_REVISION);
        assertThat(rig.target()).isEqualTo("50");
    }

    @Test
    void sayingTheSameTwiceIsOneChange() {
        rig.start();

        done(rig.control.setTarget(HALF, "token:ops", null, null));
        RolloutState again = done(rig.control.setTarget(HALF, "token:ops", null, null));

        assertThat(again.revision()).isEqualTo(1);
        assertThat(rig.store.log()).hasSize(1);
    }

    @Test
    void aChangeThatCannotBeSavedDoesNotHappen() {
        rig.start();
        rig.store.away = true;

        SluiceException failure = failure(rig.control.setTarget(HALF, "token:ops", null, null));

        assertThat(failure.code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        assertThat(rig.target()).isEqualTo("100");
        assertThat(rig.announced).isEmpty();
    }

    @Test
    void changesWaitForEachOtherAndForTheirSave() {
        rig.start();
        rig.store.slow = true;
        var first = Rig.run(rig.control.setTarget(HALF, "token:a", null, null));
        var second = Rig.run(rig.control.setTarget(TEN, "token:b", null, null));

        assertThat(rig.target()).isEqualTo("100");
        assertThat(rig.store.saves).isEqualTo(1);
        rig.store.answer();

        first.assertCompleted();
        second.assertNotTerminated();
        assertThat(rig.target()).isEqualTo("50");
        rig.store.answer();
        second.assertCompleted();
        assertThat(rig.target()).isEqualTo("10");
        assertThat(rig.store.log()).containsExactly("token:a target 100>50", "token:b target 50>10");
    }

    @Test
    void overridesAreKeptReplacedAndRemoved() {
        rig.start();

        done(rig.control.putOverride("agent-1", Mode.POLLING, "token:ops", "noisy", null));
        done(rig.control.putOverride("agent-1", Mode.WEBSOCKET, "token:ops", "fixed", null));
        done(rig.control.putOverride("label:environment=staging", Mode.POLLING, "token:ops", null, null));
        rig.start();

        assertThat(rig.control.overrides())
                .extracting(it -> it.selector() + " " + it.mode().wire() + " " + it.reason())
                .containsExactly("agent-1 websocket fixed", "label:environment=staging polling null");
        done(rig.control.removeOverride("agent-1", "token:ops", null, null));
        assertThat(rig.control.overrides()).hasSize(1);
        assertThat(failure(rig.control.removeOverride("agent-1", "token:ops", null, null))
                        .code())
                .isEqualTo(ProblemCode.NOT_FOUND);
        assertThat(rig.store.log())
                .containsExactly(
                        "token:ops override.agent-1 null>polling",
                        "token:ops override.agent-1 polling>websocket",
                        "token:ops override.label:environment=staging null>polling",
                        "token:ops override.agent-1 websocket>null");
    }

    @Test
    void anOverrideOfNobodyIsRefused() {
        rig.start();

        SluiceException failure = failure(rig.control.putOverride("token:", Mode.POLLING, "token:ops", null, null));

        assertThat(failure.field()).isEqualTo("client");
    }

    @Test
    void listenersHearEveryChangeInOrderAndOnceItHolds() {
        rig.start();
        rig.control.onChange(
                (old, now) -> assertThat(rig.control.state().revision()).isGreaterThanOrEqualTo(now.revision()));
        rig.control.onChange((old, now) -> {
            throw new IllegalStateException("a listener's fault");
        });

        done(rig.control.setTarget(HALF, "token:ops", null, null));
        rig.control.onFileChange(file(null, null, "10"));

        assertThat(rig.announced).extracting(RolloutState::revision).containsExactly(1L, 2L);
    }

    @Test
    void aListenerMayChangeTheControl() {
        rig.start();
        rig.control.onChange((old, now) -> {
            if (now.revision() == 1) {
                rig.control.onFileChange(file(null, null, "10"));
            }
        });

        done(rig.control.setTarget(HALF, "token:ops", null, null));

        assertThat(rig.target()).isEqualTo("10");
        assertThat(rig.announced).extracting(RolloutState::revision).containsExactly(1L, 2L);
    }

    @Test
    void theHistoryIsNewestFirstAndPaged() {
        rig.start();
        done(rig.control.setTarget(HALF, "token:ops", null, null));
        done(rig.control.setTarget(TEN, "token:ops", null, null));

        List<AuditEntry> newest = done(rig.control.history(Long.MAX_VALUE, 1));
        List<AuditEntry> older = done(rig.control.history(newest.get(0).id(), 0));

        assertThat(newest).extracting(AuditEntry::to).containsExactly("10");
        assertThat(older).extracting(AuditEntry::to).containsExactly("50");
    }

    @Test
    void nothingIsAnsweredBeforeTheStart() {
        assertThatThrownBy(() -> rig.control.state()).isInstanceOf(IllegalStateException.class);
    }
}
