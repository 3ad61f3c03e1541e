package dev.sluice.rollout.control;

import static dev.sluice.rollout.control.Rig.done;
import static dev.sluice.rollout.control.Rig.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ProblemCode;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RolloutControlCeilingTest {
    private static final AuditEntry GUARD =
            new AuditEntry(0, Instant.EPOCH, "guard", "ceiling", null, null, "success rate below 90 %", "{\"n\":120}");

    private final Rig rig = new Rig();

    @BeforeEach
    void start() {
        rig.start();
    }

    @Test
    void theTargetIsLeftAloneAndTheLesserHolds() {
        RolloutState now = done(rig.control.setCeiling(Percentage.parse("25"), GUARD, null));

        assertThat(now.target()).isEqualTo(Percentage.FULL);
        assertThat(now.effective()).isEqualTo(Percentage.parse("25"));
        assertThat(rig.store.log()).containsExactly("guard ceiling 100>25");
        assertThat(rig.store.rows.get(0).figures()).isEqualTo("{\"n\":120}");
        assertThat(rig.store.rows.get(0).at()).isEqualTo(rig.clock.instant());
    }

    @Test
    void aRollbackHoldsAlthoughTheStoreIsAway() {
        rig.store.away = true;

        RolloutState now = done(rig.control.setCeiling(Percentage.ZERO, GUARD, null));

        assertThat(now.effective()).isEqualTo(Percentage.ZERO);
        rig.store.away = false;
        done(rig.control.flushPending());
        assertThat(rig.store.log()).containsExactly("guard ceiling 100>0");
    }

    @Test
    void aRollbackHoldsWhileTheStoreIsStillBusyWithAnother() {
        rig.store.slow = true;
        UniAssertSubscriber<?> operator =
                Rig.run(rig.control.setTarget(Percentage.parse("50"), "token:ops", null, null));

        UniAssertSubscriber<?> rollback = Rig.run(rig.control.setCeiling(Percentage.ZERO, GUARD, null));

        assertThat(rig.control.state().effective()).isEqualTo(Percentage.ZERO);
        rig.store.slow = false;
        rig.store.answer();
        operator.assertCompleted();
        rollback.assertCompleted();
        assertThat(rig.control.state().effective()).isEqualTo(Percentage.ZERO);
        assertThat(rig.store.log()).containsExactly("token:ops target 100>50", "guard ceiling 100>0");
    }

    @Test
    void aRaiseHoldsOnlyOnceItIsSaved() {
        done(rig.control.setCeiling(Percentage.ZERO, GUARD, null));
        rig.store.away = true;

        failure(rig.control.setCeiling(Percentage.FULL, GUARD, null));

        assertThat(rig.control.state().ceiling()).isEqualTo(Percentage.ZERO);
        rig.store.away = false;
        done(rig.control.setCeiling(Percentage.FULL, GUARD, null));
        assertThat(rig.control.state().ceiling()).isEqualTo(Percentage.FULL);
    }

    @Test
    void aRaiseDoesNotUndoARollbackThatWasFaster() {
        done(rig.control.setCeiling(Percentage.parse("25"), GUARD, null));
        rig.store.slow = true;
        UniAssertSubscriber<?> raise = Rig.run(rig.control.setCeiling(Percentage.FULL, GUARD, null));

        Rig.run(rig.control.setCeiling(Percentage.ZERO, GUARD, null));
        rig.store.slow = false;
        rig.store.answer();

        raise.assertFailed();
        assertThat(rig.control.state().ceiling()).isEqualTo(Percentage.ZERO);
    }

    @Test
    void aStaleRevisionIsRefused() {
        done(rig.control.setTarget(Percentage.parse("50"), "token:ops", null, null));

        assertThat(failure(rig.control.setCeiling(Percentage.ZERO, GUARD, 0L)).code())
                .isEqualTo(ProblemCode.STALE_REVISION);
        assertThat(rig.control.state().ceiling()).isEqualTo(Percentage.FULL);
    }
}
