package dev.sluice.rollout.watch;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.control.SavedPlan;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.guard.Deliberation;
import dev.sluice.rollout.guard.Figure;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.GuardState;
import dev.sluice.rollout.guard.Judge;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.guard.PlanMachine;
import dev.sluice.rollout.guard.PlanMachine.Look;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.PlanState;
import dev.sluice.rollout.guard.Preflight;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.guard.Verdict;
import dev.sluice.rollout.guard.Watching;
import dev.sluice.rollout.watch.GuardListener.CeilingChange;
import dev.sluice.rollout.watch.GuardListener.VerdictChange;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The guard at work. One look is: close the window, judge all of it, and move the ceiling at most once. Where the plan
 * is lives in {@link RolloutControl}, saved together with the ceiling and its audit row; what was counted lives here,
 * and begins afresh whenever the effective percentage changes, since other clients are then counted.
 *
 * <p>Looks are taken one at a time; one that comes while the last still waits for the store is left out, and its window
 * goes on. Operators may speak, and anybody may ask {@link #view()}, on any thread.
 */
public final class Watch {
    private static final Logger LOG = Logger.getLogger(Watch.class);
    private static final String GUARD = "guard";

    /** After which counters begin anew outside of a step: the figures shown are those of a day. */
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    /** Looks after which the age of bake or cool-down is saved, so that a restart costs minutes of it at most. */
    private static final int LOOKS_PER_SAVE = 10;

    private final RolloutControl control;
    private final Senses senses;
    private final Judge judge;
    private final PlanMachine machine;
    private final Figurework figurework;
    private final WatchSettings settings;
    private final Announcements announcements = new Announcements();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicReference<Finding> announced = new AtomicReference<>(Finding.NONE);
    private final PlanState unplanned;
    private volatile Seen seen;
    private int looks;

    /** Constructed once the control holds its first snapshot. */
    public Watch(
            RolloutControl control,
            Senses senses,
            Judge judge,
            PlanMachine machine,
            Figurework figurework,
            WatchSettings settings) {
        this.control = control;
        this.senses = senses;
        this.judge = judge;
        this.machine = machine;
        this.figurework = figurework;
        this.settings = settings;
        this.unplanned =
                new PlanState(Phase.OFF, 0, Percentage.FULL, 0, senses.clock().instant(), List.of());
        this.seen = Seen.nothing(Percentage.FULL, senses.steadyMillis().getAsLong());
    }

    /** Tells this listener from now on. */
    public void listen(GuardListener listener) {
        announcements.add(listener);
    }

    /**
     * Puts plan and ceiling where the configuration and what was saved say, before the first client comes. Fails with
     * the store's failure where that raises the ceiling; it then stays as low as it was.
     */
    public Uni<Void> begin() {
        return Uni.createFrom().deferred(() -> {
            Place place = place();
            PlanState was = place.saved() == null ? null : place.plan();
            PlanState now = machine.begin(was, senses.clock().instant());
            seen = Seen.nothing(offered(place.rollout()), senses.steadyMillis().getAsLong());
            boolean same = was == null ? now.phase() == Phase.OFF : !now.movedFrom(was);
            // Who heard of a rollback before the restart need not hear of it again.
            announced.set(shown(place));
            if (same) {
                return Uni.createFrom().voidItem();
            }
            String why = was == null ? "the plan begins" : "the gateway started with its plan";
            return move(place, now, new AuditEntry(0, Instant.EPOCH, GUARD, "ceiling", null, null, why, null))
                    .invoke(() -> seen = Seen.nothing(
                            offered(control.state()), senses.steadyMillis().getAsLong()))
                    .replaceWithVoid();
        });
    }

    /**
     * One look. Never fails: what could not be done is logged and tried again by the next. Subscribe on a worker, since
     * closing a window of many clients takes milliseconds.
     */
    public Uni<Void> look() {
        return Uni.createFrom().deferred(() -> {
            if (!looking.compareAndSet(false, true)) {
                return Uni.createFrom().voidItem();
            }
            return lookNow()
                    .onFailure()
                    .invoke(e ->
                            LOG.warnf("the guard could not move the plan, it tries again [cause: %s]", e.getMessage()))
                    .onFailure()
                    .recoverWithNull()
                    .invoke(this::announceVerdict)
                    .onTermination()
                    .invoke(() -> looking.set(false))
                    .replaceWithVoid();
        });
    }

    private Uni<?> lookNow() {
        Place place = place();
        Instant now = senses.clock().instant();
        long steady = senses.steadyMillis().getAsLong();
        // A process that was suspended has not baked.
        long elapsed = Math.min(2 * settings.interval().toMillis(), Math.max(0, steady - seen.lookedAtMillis()));
        Percentage offered = offered(place.rollout());
        EvidenceWindow window = senses.evidence().close(now.toEpochMilli());
        ProbeReport probes = senses.probe().report();
        if (!offered.equals(seen.watched())) {
            startAfresh(offered);
            seen = seen.look(seen.state(), Finding.NONE, steady);
        } else {
            GuardState state = judge.absorb(renewed(place.plan()), window, elapsed);
            Finding found = offered.equals(Percentage.ZERO)
                    ? Finding.NONE
                    : judge.judge(state, probes, place.plan().watching());
            seen = seen.look(state, found, steady);
        }
        return proceed(
                place, new Look(seen.finding(), senses.following().followed(), reached(place), elapsed, now), probes);
    }

    /** A step that the operators' target does not let take effect has not been tried. */
    private static boolean reached(Place place) {
        return offered(place.rollout()).compareTo(place.plan().ceiling()) >= 0;
    }

    /** Nobody is offered WebSocket while it is switched off, whatever the percentage. */
    private static Percentage offered(RolloutState rollout) {
        return rollout.flags().websocketEnabled() ? rollout.effective() : Percentage.ZERO;
    }

    private GuardState renewed(PlanState plan) {
        boolean old = plan.watching() == Watching.LONG_RUN && seen.state().spannedMillis() >= DAY_MILLIS;
        return old ? seen.state().renewed() : seen.state();
    }

    private void startAfresh(Percentage offered) {
        senses.evidence().restart();
        seen = seen.afresh(offered);
    }

    private Uni<?> proceed(Place place, Look look, ProbeReport probes) {
        PlanState next = machine.look(place.plan(), look);
        if (!next.movedFrom(place.plan())) {
            age(place, next);
            return Uni.createFrom().nullItem();
        }
        boolean decided =
                look.finding().verdict() == Verdict.ROLLBACK || look.finding().verdict() == Verdict.ADVANCE;
        boolean moves = !next.ceiling().equals(place.plan().ceiling());
        String figures = decided && moves
                ? figurework.write(new Deliberation(
                        judge.settings(), seen.state(), probes, place.plan().watching(), look.finding()))
                : null;
        if (next.phase() == Phase.ROLLED_BACK) {
            seen = seen.rolledBack();
        }
        String why = why(place.plan(), next, look.finding());
        // Evidence begins afresh with the next look, which finds another percentage in force.
        return move(place, next, new AuditEntry(0, look.now(), GUARD, "ceiling", null, null, why, figures));
    }

    private void age(Place place, PlanState later) {
        if (place.saved() != null && later.spentMillis() != place.plan().spentMillis()) {
            control.agePlan(place.saved(), Plans.saved(later));
            if (++looks % LOOKS_PER_SAVE == 0) {
                control.saveAge();
            }
        }
    }

    private String why(PlanState before, PlanState next, Finding finding) {
        if (next.phase() == Phase.ROLLED_BACK) {
            StringBuilder text = new StringBuilder("rolled back:");
            finding.figures().stream()
                    .filter(figure -> finding.reasons().contains(figure.name().wire()))
                    .forEach(figure -> text.append(' ').append(said(figure)));
            return text.toString();
        }
        if (before.phase() == Phase.ROLLED_BACK) {
            return "the cool-down is over";
        }
        if (next.phase() == Phase.BAKING) {
            return "clients have followed, the bake begins";
        }
        return "step %d of %d: every figure passes and the bake of %s is over"
                .formatted(
                        next.step() + 1,
                        machine.settings().steps().size(),
                        machine.settings().bake());
    }

    private static String said(Figure figure) {
        return String.format(
                Locale.ROOT,
                "%s is %.3f (%d samples)",
                figure.name().wire(),
                figure.value() == null ? Double.NaN : figure.value(),
                figure.samples());
    }

    /** Stops the plan where it is; the guard still rolls back. Fails with {@code plan-state} where nothing is under way. */
    public Uni<GuardView> pause(String who, @Nullable String why) {
        return insisting(act(plan -> machine.pause(plan, senses.clock().instant()), who, why));
    }

    /** Goes on after a pause, begins anew after a rollback; else fails with {@code plan-state}. */
    public Uni<GuardView> resume(String who, @Nullable String why) {
        return act(plan -> machine.resume(plan, senses.clock().instant()), who, why);
    }

    /** Takes everybody back at once; holds although the store is away. */
    public Uni<GuardView> abort(String who, @Nullable String why) {
        return insisting(act(plan -> machine.abort(plan, senses.clock().instant()), who, why));
    }

    /** Takes the next step without a proof; fails with {@code plan-state} where there is none. */
    public Uni<GuardView> promote(String who, @Nullable String why) {
        return act(plan -> machine.promote(plan, senses.clock().instant()), who, why);
    }

    /** What is right wherever the plan is need not be said again because the plan moved at that moment. */
    private static Uni<GuardView> insisting(Uni<GuardView> act) {
        return act.onFailure(e -> e instanceof SluiceException moved && moved.code() == ProblemCode.STALE_REVISION)
                .retry()
                .atMost(3);
    }

    private Uni<GuardView> act(UnaryOperator<PlanState> word, String who, @Nullable String why) {
        return Uni.createFrom().deferred(() -> {
            Place place = place();
            PlanState next = word.apply(place.plan());
            if (!next.movedFrom(place.plan())
                    && next.reasons().equals(place.plan().reasons())) {
                return Uni.createFrom().item(view());
            }
            AuditEntry template = new AuditEntry(0, Instant.EPOCH, who, "ceiling", null, null, why, null);
            return move(place, next, template).invoke(this::announceVerdict).map(done -> view());
        });
    }

    private Uni<RolloutState> move(Place place, PlanState next, AuditEntry template) {
        Percentage from = place.rollout().ceiling();
        Finding finding = shown(place);
        return control.movePlan(place.saved(), Plans.saved(next), next.ceiling(), template)
                .invoke(state -> {
                    if (!next.ceiling().equals(from)) {
                        announcements.ceiling(new CeilingChange(
                                from,
                                next.ceiling(),
                                template.who(),
                                template.why(),
                                next,
                                finding,
                                senses.clock().instant(),
                                state.revision()));
                    }
                });
    }

    private void announceVerdict() {
        Place place = place();
        Finding now = shown(place);
        Finding before = announced.getAndSet(now);
        if (!now.saysTheSameAs(before)) {
            announcements.verdict(
                    new VerdictChange(before, now, place.plan(), senses.clock().instant()));
        }
    }

    /** What the guard says now. */
    public GuardView view() {
        Place place = place();
        PlanState plan = place.plan();
        PlanSettings steps = machine.settings();
        boolean bakes = plan.phase() == Phase.FOLLOWING || plan.phase() == Phase.BAKING || plan.phase() == Phase.PAUSED;
        Duration left = bakes ? Duration.ofMillis(Math.max(0, steps.bake().toMillis() - plan.spentMillis())) : null;
        return new GuardView(
                shown(place),
                plan,
                steps,
                left,
                plan.phase() == Phase.BAKING && left != null
                        ? senses.clock().instant().plus(left)
                        : null,
                preflight(place));
    }

    private @Nullable Preflight preflight(Place place) {
        Seen now = seen;
        PlanState plan = place.plan();
        if (plan.phase() == Phase.ROLLED_BACK || !settings.enabled()) {
            return null;
        }
        PlanSettings steps = machine.settings();
        boolean climbs = plan.watching() == Watching.STEP
                && plan.step() + 1 < steps.steps().size();
        Percentage next = climbs ? steps.steps().get(plan.step() + 1) : now.watched();
        boolean lastOne = plan.step() + 2 >= steps.steps().size();
        Watching watching = climbs && !lastOne ? Watching.STEP : Watching.LONG_RUN;
        return Preflight.of(judge, now.state(), now.watched(), next, watching, steps.bake());
    }

    /** While the ceiling is down it is down for a verdict, and that is the one in force. */
    private Finding shown(Place place) {
        Seen now = seen;
        if (place.plan().phase() == Phase.ROLLED_BACK) {
            return new Finding(Verdict.ROLLBACK, place.plan().reasons(), now.lastRollback(), null);
        }
        if (!settings.enabled()) {
            return Finding.DISABLED;
        }
        return now.watched().equals(offered(place.rollout())) ? now.finding() : Finding.NONE;
    }

    /** Plan and rollout of one moment. */
    private record Place(@Nullable SavedPlan saved, PlanState plan, RolloutState rollout) {}

    private Place place() {
        while (true) {
            RolloutState rollout = control.state();
            SavedPlan saved = control.plan();
            if (control.state() == rollout) {
                return new Place(saved, saved == null ? unplanned : Plans.state(saved, rollout.ceiling()), rollout);
            }
        }
    }
}
