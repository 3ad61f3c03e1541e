package dev.sluice.rollout.control;

import static dev.sluice.rollout.control.Rig.done;
import static dev.sluice.rollout.control.Rig.failure;
import static dev.sluice.rollout.control.Rig.file;
import static dev.sluice.rollout.control.Rig.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProblemCode;
import dev.sluice.rollout.decision.Percentage;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The flag file, the store's absence, and what happens when they come at the same moment as an operator. */
class RolloutControlFileTest {
    private static final FlagFileResult TYPO =
            new FlagFileResult.Rejected(Rig.FILE, "ROLLOUT_PERCENTAGE", "fifty", Percentage.ALLOWED);

    private final Rig rig = new Rig();

    @Test
    void aFileTakesEffectAtOnceAlthoughTheStoreIsAway() {
        rig.start();
        rig.store.away = true;

        boolean accepted = rig.control.onFileChange(file(null, null, "25"));

        assertThat(accepted).isTrue();
        assertThat(rig.target()).isEqualTo("25");
        assertThat(failure(rig.control.flushPending()).code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        rig.store.away = false;
        done(rig.control.flushPending());
        done(rig.control.flushPending());
        assertThat(rig.store.log()).containsExactly("flag-file target 100>25");
        assertThat(rig.store.saved.revision()).isEqualTo(1);
        assertThat(rig.store.saves).isEqualTo(1);
    }

    @Test
    void rowsThatWaitAreWrittenWithTheNextSaveInOrder() {
        rig.start();
        rig.control.onFileChange(file(null, null, "25"));
        rig.control.onFileChange(file(null, null, null));

        done(rig.control.setTarget(Percentage.parse("10"), "token:ops", null, null));

        assertThat(rig.store.log())
                .containsExactly("flag-file target 100>25", "flag-file target 25>100", "token:ops target 100>10");
        assertThat(rig.store.saved.revision()).isEqualTo(3);
    }

    @Test
    void aTypoKeepsTheLastGoodSetAndShowsUntilItIsPutRight() {
        rig.start(ConfiguredFlags.NONE, file(null, null, "20"));

        boolean accepted = rig.control.onFileChange(TYPO);

        assertThat(accepted).isFalse();
        assertThat(rig.target()).isEqualTo("20");
        RejectedFlags rejected = Objects.requireNonNull(rig.control.view().rejected());
        assertThat(rejected.key()).isEqualTo("ROLLOUT_PERCENTAGE");
        assertThat(rejected.value()).isEqualTo("fifty");
        assertThat(rejected.message()).contains("ROLLOUT_PERCENTAGE=fifty", Percentage.ALLOWED);
        assertThat(rejected.at()).isEqualTo(rig.clock.instant());
        assertThat(rig.control.state().revision()).isZero();

        rig.control.onFileChange(file(null, null, "30"));

        assertThat(rig.control.view().rejected()).isNull();
        assertThat(rig.target()).isEqualTo("30");
    }

    @Test
    void aFileThatGoesMissingLeavesItsLastSetInForce() {
        rig.start(ConfiguredFlags.NONE, file(null, null, "20"));

        assertThat(rig.control.onFileChange(Rig.NO_FILE)).isTrue();

        assertThat(rig.target()).isEqualTo("20");
        assertThat(rig.control.view().rolloutPercentage().source()).isEqualTo(FlagSource.FLAG_FILE);
    }

    @Test
    void aFileThatWouldShutEverybodyOutIsRejectedUntilTheLayersBelowAllowIt() {
        rig.start();
        done(rig.control.setFlags(null, false, "token:ops", null, null));

        boolean accepted = rig.control.onFileChange(file(false, null, "20"));

        assertThat(accepted).isFalse();
        assertThat(rig.target()).isEqualTo("100");
        assertThat(Objects.requireNonNull(rig.control.view().rejected()).message())
                .contains("WEBSOCKET_ENABLED=false (from flag-file)", "FALLBACK_ENABLED=false (from api)");

        done(rig.control.setFlags(null, true, "token:ops", null, null));

        assertThat(rig.control.state().flags().websocketEnabled()).isFalse();
        assertThat(rig.target()).isEqualTo("20");
        assertThat(rig.control.view().rejected()).isNull();
    }

    @Test
    void aFileThatPinsWhatAnOperatorIsSavingWins() {
        rig.start();
        rig.store.slow = true;
        UniAssertSubscriber<?> operator =
                Rig.run(rig.control.setTarget(Percentage.parse("50"), "token:ops", null, null));

        rig.control.onFileChange(file(null, null, "20"));
        rig.store.slow = false;
        rig.store.answer();

        operator.assertFailed();
        assertThat(rig.target()).isEqualTo("20");
        done(rig.control.flushPending());
        assertThat(rig.store.saved.target()).isNull();
        assertThat(rig.store.saved.revision()).isEqualTo(1);
        assertThat(rig.store.log())
                .containsExactly("token:ops target 100>50", "flag-file target 100>20", "token:ops target 50>100");
    }

    @Test
    void aFileThatDoesNotTouchWhatAnOperatorIsSavingLeavesItAlone() {
        rig.start();
        rig.store.slow = true;
        UniAssertSubscriber<?> operator =
                Rig.run(rig.control.setTarget(Percentage.parse("50"), "token:ops", null, null));

        rig.control.onFileChange(file(null, false, null));
        rig.store.slow = false;
        rig.store.answer();

        operator.assertCompleted();
        assertThat(rig.target()).isEqualTo("50");
        assertThat(rig.control.state().flags().fallbackEnabled()).isFalse();
        assertThat(rig.control.state().revision()).isEqualTo(2);
        done(rig.control.flushPending());
        assertThat(rig.store.saved.revision()).isEqualTo(2);
    }

    @Test
    void anInvalidFileRefusesTheStart() {
        assertThatThrownBy(() -> rig.start(ConfiguredFlags.NONE, TYPO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ROLLOUT_PERCENTAGE=fifty")
                .hasMessageContaining(Percentage.ALLOWED);
    }

    @Test
    void layersThatTogetherShutEverybodyOutRefuseTheStart() {
        ConfiguredFlags lower = new ConfiguredFlags(set(null, false, null), FlagSet.EMPTY);

        assertThatThrownBy(() -> rig.start(lower, file(false, null, null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WEBSOCKET_ENABLED=false (from flag-file)")
                .hasMessageContaining("FALLBACK_ENABLED=false (from application.properties)");
    }

    @Test
    void whatTheConfigurationChangedBetweenTwoStartsIsInTheLog() {
        rig.start(new ConfiguredFlags(FlagSet.EMPTY, set(null, null, "50")), Rig.NO_FILE);
        done(rig.control.recordStart());
        rig.start(new ConfiguredFlags(FlagSet.EMPTY, set(null, null, "50")), Rig.NO_FILE);
        done(rig.control.recordStart());
        rig.start(new ConfiguredFlags(FlagSet.EMPTY, set(null, false, "10")), Rig.NO_FILE);
        done(rig.control.recordStart());

        assertThat(rig.store.log())
                .containsExactly(
                        "start target 100>50", "start flags.fallback_enabled true>false", "start target 50>10");
        assertThat(rig.store.rows.get(0).why()).isEqualTo("from environment");
        assertThat(rig.control.state().revision()).isEqualTo(2);
    }
}
