package dev.sluice.store;

import dev.sluice.rollout.control.SavedPlan;
import dev.sluice.rollout.control.SavedRollout;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Percentage;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The only row of its table. */
@Entity
@Table(name = "rollout")
class RolloutRow {
    static final int ID = 1;

    @Id
    int id;

    @Column(name = "target_hundredths")
    @Nullable
    Integer targetHundredths;

    @Column(name = "websocket_enabled")
    @Nullable
    Boolean websocketEnabled;

    @Column(name = "fallback_enabled")
    @Nullable
    Boolean fallbackEnabled;

    long revision;

    @Column(name = "ceiling_hundredths")
    int ceilingHundredths;

    @Column(name = "plan_phase", columnDefinition = "text")
    @Nullable
    String planPhase;

    @Column(name = "plan_step")
    int planStep;

    @Column(name = "plan_spent_millis")
    long planSpentMillis;

    @Column(name = "plan_since")
    @Nullable
    Instant planSince;

    @Column(name = "plan_reasons", columnDefinition = "text")
    String planReasons;

    SavedRollout toSaved(List<ClientOverride> overrides) {
        return new SavedRollout(
                targetHundredths == null ? null : new Percentage(targetHundredths),
                websocketEnabled,
                fallbackEnabled,
                revision,
                overrides,
                new Percentage(ceilingHundredths),
                plan());
    }

    private @Nullable SavedPlan plan() {
        return planPhase == null || planSince == null
                ? null
                : new SavedPlan(planPhase, planStep, planSpentMillis, planSince, Json.list(planReasons));
    }
}
