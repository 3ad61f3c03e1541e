package dev.sluice.rollout.guard;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.PlanSettings.OnRollback;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every way the plan and its ceiling can move, as pure functions: a look, and the four things that a person may say. */
public final class PlanMachine {
    private final PlanSettings plan;

    public PlanMachine(PlanSettings plan) {
        this.plan = plan;
    }

    public PlanSettings settings() {
        return plan;
    }

    /**
     * What one look found.
     *
     * @param followed whether clients are where the step puts them
     * @param reached whether the operators' target lets the step take effect; one that never did was never proved
     * @param elapsedMillis since the look before, by a clock that does not jump
     */
    public record Look(Finding finding, boolean followed, boolean reached, long elapsedMillis, Instant now) {}

    /**
     * Where a starting gateway is. What was rolled back stays so, with or without a plan. A step that is not in the
     * plan any more counts as the one below it.
     */
    public PlanState begin(@Nullable PlanState saved, Instant now) {
        if (saved != null && saved.phase() == Phase.ROLLED_BACK) {
            return saved;
        }
        if (!plan.on()) {
            return saved != null && saved.phase() == Phase.OFF
                    ? saved
                    : new PlanState(Phase.OFF, 0, Percentage.FULL, 0, now, List.of());
        }
        if (saved == null || saved.phase() == Phase.OFF) {
            return at(0, now);
        }
        int step = stepAtMost(saved.ceiling());
        PlanState there = at(step, now);
        if (saved.phase() == Phase.PAUSED && there.phase() != Phase.COMPLETE) {
            there = there.in(Phase.PAUSED, now);
        }
        boolean same = there.ceiling().equals(saved.ceiling());
        // Clients have to come back after a restart, so a bake goes on only once they have followed again.
        return same && there.phase() != Phase.COMPLETE ? there.spend(saved.spentMillis()) : there;
    }

    private int stepAtMost(Percentage ceiling) {
        int step = 0;
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i).compareTo(ceiling) <= 0) {
                step = i;
            }
        }
        return step;
    }

    private PlanState at(int step, Instant now) {
        Phase phase = step >= plan.last() ? Phase.COMPLETE : Phase.FOLLOWING;
        return new PlanState(phase, step, plan.steps().get(step), 0, now, List.of());
    }

    /** One look, and at most one move of the ceiling. */
    public PlanState look(PlanState now, Look look) {
        if (now.phase() == Phase.ROLLED_BACK) {
            return rolledBack(now, look);
        }
        if (look.finding().verdict() == Verdict.ROLLBACK) {
            return rollBack(now, look.finding().reasons(), look.now());
        }
        return switch (now.phase()) {
            case FOLLOWING -> look.followed() ? now.in(Phase.BAKING, look.now()) : now;
            // Time on a step that the target keeps from taking effect proves nothing of it.
            case BAKING -> look.reached() ? bake(now.spend(look.elapsedMillis()), look) : now;
            case OFF, PAUSED, COMPLETE, ROLLED_BACK -> now;
        };
    }

    private PlanState bake(PlanState now, Look look) {
        boolean over = now.spentMillis() >= plan.bake().toMillis();
        boolean proved = look.finding().verdict() == Verdict.ADVANCE;
        return over && proved ? at(now.step() + 1, look.now()) : now;
    }

    private PlanState rollBack(PlanState now, List<String> reasons, Instant at) {
        boolean stepsDown = plan.onRollback() == OnRollback.LAST_GOOD && plan.on() && now.step() > 0;
        int step = stepsDown ? now.step() - 1 : 0;
        Percentage to = stepsDown ? plan.steps().get(step) : Percentage.ZERO;
        return new PlanState(Phase.ROLLED_BACK, step, to, 0, at, reasons);
    }

    private PlanState rolledBack(PlanState now, Look look) {
        boolean worse =
                look.finding().verdict() == Verdict.ROLLBACK && now.ceiling().compareTo(Percentage.ZERO) > 0;
        if (worse) {
            return new PlanState(
                    Phase.ROLLED_BACK,
                    0,
                    Percentage.ZERO,
                    0,
                    look.now(),
                    look.finding().reasons());
        }
        PlanState later = now.spend(look.elapsedMillis());
        boolean byPerson = now.reasons().contains(Ground.OPERATOR.wire());
        boolean cool = plan.coolDown() != null
                && later.spentMillis() >= plan.coolDown().toMillis();
        return cool && !byPerson ? afresh(look.now()) : later;
    }

    private PlanState afresh(Instant now) {
        return plan.on() ? at(0, now) : new PlanState(Phase.OFF, 0, Percentage.FULL, 0, now, List.of());
    }

    /** Stops the plan where it is. @throws SluiceException {@code plan-state} where nothing is under way */
    public PlanState pause(PlanState now, Instant at) {
        return switch (now.phase()) {
            case FOLLOWING, BAKING -> now.in(Phase.PAUSED, at);
            case PAUSED -> now;
            case OFF, COMPLETE, ROLLED_BACK -> throw refused("pause", now);
        };
    }

    /**
     * Goes on after a pause; begins at the first step after a rollback.
     *
     * @throws SluiceException {@code plan-state} where nothing stands still
     */
    public PlanState resume(PlanState now, Instant at) {
        return switch (now.phase()) {
            case PAUSED -> now.in(Phase.FOLLOWING, at);
            case ROLLED_BACK -> afresh(at);
            case OFF, FOLLOWING, BAKING, COMPLETE -> throw refused("resume", now);
        };
    }

    /** Takes everybody back, whatever the phase; only a person ends it. */
    public PlanState abort(PlanState now, Instant at) {
        boolean already = now.phase() == Phase.ROLLED_BACK
                && now.ceiling().equals(Percentage.ZERO)
                && now.reasons().contains(Ground.OPERATOR.wire());
        return already
                ? now
                : new PlanState(Phase.ROLLED_BACK, 0, Percentage.ZERO, 0, at, List.of(Ground.OPERATOR.wire()));
    }

    /**
     * Takes the next step without waiting for bake or verdict.
     *
     * @throws SluiceException {@code plan-state} where there is no next step, or after a rollback
     */
    public PlanState promote(PlanState now, Instant at) {
        return switch (now.phase()) {
            case FOLLOWING, BAKING, PAUSED -> at(now.step() + 1, at);
            case OFF, COMPLETE, ROLLED_BACK -> throw refused("promote", now);
        };
    }

    private static SluiceException refused(String what, PlanState now) {
        String why =
                switch (now.phase()) {
                    case OFF -> "there is no plan (sluice.rollout.plan.steps)";
                    case COMPLETE -> "the plan has taken its last step";
                    case ROLLED_BACK -> "the rollout was rolled back; resume begins again at the first step";
                    case FOLLOWING, BAKING -> "the plan is under way";
                    case PAUSED -> "the plan is paused";
                };
        return new SluiceException(ProblemCode.PLAN_STATE, "cannot %s: %s".formatted(what, why));
    }
}
