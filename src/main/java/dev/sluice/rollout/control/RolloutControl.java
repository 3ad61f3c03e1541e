package dev.sluice.rollout.control;

import dev.sluice.core.Mode;
import dev.sluice.rollout.control.Change.Act;
import dev.sluice.rollout.control.Change.Step;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is in force now, and the only way to change it. {@link #state()} is one volatile read of an immutable snapshot,
 * free for any thread; every change of anything gives a new snapshot with a revision one higher.
 *
 * <p>What operators change takes effect once it is saved together with its audit row; where the save fails nothing
 * happens and the failure is passed on. What the flag file says, and a lower ceiling, take effect at once even when
 * the store is away; their rows wait for {@link #flushPending()} or the next save. Methods may be called on any
 * thread; a {@code Uni} does nothing until it is subscribed to and answers on whatever thread the store answers.
 */
public final class RolloutControl {
    private static final Logger LOG = Logger.getLogger(RolloutControl.class);

    private static final int MAX_HISTORY = 1_000;

    private final RolloutStore store;
    private final InstantSource clock;
    private final RolloutSettings settings;
    private final Announcer announcer = new Announcer();
    private final Committer committer;

    public RolloutControl(RolloutStore store, InstantSource clock, RolloutSettings settings) {
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.committer = new Committer(store, clock, announcer);
    }

    /**
     * Puts the first snapshot in force, before anything asks.
     *
     * @throws IllegalStateException with a message for a person where the file is invalid or all layers together
     *     switch everything off; the gateway must not start
     */
    public void start(SavedRollout saved, ConfiguredFlags lower, FlagFileResult file) {
        if (file instanceof FlagFileResult.Rejected rejected) {
            throw new IllegalStateException(rejected.message());
        }
        FlagSet pinned = file instanceof FlagFileResult.Accepted accepted ? accepted.flags() : FlagSet.EMPTY;
        FlagSet api = new FlagSet(saved.websocketEnabled(), saved.fallbackEnabled(), saved.target());
        FlagLayers layers = new FlagLayers(lower, api, pinned, file.file());
        RolloutState first = new RolloutState(
                resolved(layers),
                saved.ceiling(),
                settings.holdback(),
                settings.salt(),
                settings.bucketing(),
                Overrides.of(saved.overrides()),
                saved.revision());
        committer.begin(new Held(layers, first, saved.plan(), null, null));
    }

    /**
     * Writes audit rows for what the configuration changed while the gateway was down, by comparing with the log.
     * Subscribe once after {@link #start}; a failure means that the rows are not written yet.
     */
    public Uni<Void> recordStart() {
        return LastKnownFlags.read(store)
                .invoke(known -> committer.atOnce(null, now -> {
                    List<AuditEntry> rows = LastKnownFlags.differences(known, now.layers(), clock.instant());
                    return new Step(rows.isEmpty() ? now : now.touched(), rows);
                }))
                .chain(this::flushPending);
    }

    /** The snapshot in force. */
    public RolloutState state() {
        return committer.held().state();
    }

    /** What is in force with its sources, of one moment. */
    public RolloutView view() {
        return committer.held().view();
    }

    /** Every override. */
    public List<ClientOverride> overrides() {
        return state().overrides().all();
    }

    /** The newest audit rows with an id below {@code before}; {@code limit} is clamped to 1 … 1,000. */
    public Uni<List<AuditEntry>> history(long before, int limit) {
        return store.history(before, Math.max(1, Math.min(limit, MAX_HISTORY)));
    }

    /**
     * Calls back with the old and the new snapshot after each change, in order, one at a time. On the thread that made
     * the change: return soon.
     */
    public void onChange(BiConsumer<RolloutState, RolloutState> listener) {
        announcer.add(listener);
    }

    /**
     * Sets the operators' target. Fails with {@code pinned} where the flag file names it, {@code stale-revision} where
     * {@code ifRevision} is given and no longer holds, or the store's failure.
     */
    public Uni<RolloutState> setTarget(Percentage target, String who, @Nullable String why, @Nullable Long ifRevision) {
        return operator(ifRevision, () -> Change.target(target, act(who, why)));
    }

    /** Gives the target back to the configuration; fails as {@link #setTarget}. */
    public Uni<RolloutState> clearTarget(String who, @Nullable String why, @Nullable Long ifRevision) {
        return operator(ifRevision, () -> Change.target(null, act(who, why)));
    }

    /**
     * Sets the switches that are given, both or neither. Fails as {@link #setTarget}, and with {@code invalid-field}
     * where both would be off.
     */
    public Uni<RolloutState> setFlags(
            @Nullable Boolean websocketEnabled,
            @Nullable Boolean fallbackEnabled,
            String who,
            @Nullable String why,
            @Nullable Long ifRevision) {
        return operator(ifRevision, () -> Change.flags(websocketEnabled, fallbackEnabled, act(who, why)));
    }

    /** Sets the override of one selector; fails with {@code invalid-field} where it names nobody. */
    public Uni<RolloutState> putOverride(
            String selector, Mode mode, String who, @Nullable String why, @Nullable Long ifRevision) {
        return operator(ifRevision, () -> {
            Act act = act(who, why);
            return Change.put(new ClientOverride(selector, mode, why, who, act.at()), act);
        });
    }

    /** Removes the override of one selector; fails with {@code not-found} where there is none. */
    public Uni<RolloutState> removeOverride(
            String selector, String who, @Nullable String why, @Nullable Long ifRevision) {
        return operator(ifRevision, () -> Change.remove(selector, act(who, why)));
    }

    /**
     * Moves the guard's ceiling; only the guard calls it. Lowering takes effect at once and never fails for the store;
     * raising takes effect once saved, and fails with {@code stale-revision} where the ceiling was moved meanwhile.
     *
     * @param template who, why and on which figures; time, from and to are filled in here
     */
    public Uni<RolloutState> setCeiling(Percentage to, AuditEntry template, @Nullable Long ifRevision) {
        return Uni.createFrom().deferred(() -> {
            Act act = new Act(clock.instant(), template.who(), template.why(), template.figures());
            Percentage expected = state().ceiling();
            if (to.compareTo(expected) >= 0) {
                return committer.onceSaved(ifRevision, () -> Change.raiseCeiling(expected, to, act));
            }
            committer.atOnce(ifRevision, Change.lowerCeiling(to, act));
            return flushPending()
                    .onFailure()
                    .invoke(e -> LOG.warnf("the lower ceiling is in force but not saved yet: %s", e.getMessage()))
                    .onItemOrFailure()
                    .transform((done, failure) -> state());
        });
    }

    /** Where the guard's plan is; null before a guard has begun. */
    public @Nullable SavedPlan plan() {
        return committer.held().plan();
    }

    /**
     * Moves the plan, and the ceiling with it; only the guard calls it, for itself and for operators. What leaves the
     * ceiling where it is or lowers it takes effect at once and never fails for the store; what raises it takes effect
     * once saved. Whatever does not lower it fails with {@code stale-revision} where the plan was moved meanwhile.
     *
     * @param expected what the move was decided on
     * @param template who, why and on which figures; time, from and to are filled in here
     */
    public Uni<RolloutState> movePlan(
            @Nullable SavedPlan expected, SavedPlan plan, Percentage ceiling, AuditEntry template) {
        return Uni.createFrom().deferred(() -> {
            Act act = new Act(clock.instant(), template.who(), template.why(), template.figures());
            Change change = Change.plan(expected, plan, ceiling, act);
            if (ceiling.compareTo(state().ceiling()) > 0) {
                return committer.onceSaved(null, () -> change);
            }
            committer.atOnce(null, change);
            return flushPending()
                    .onFailure()
                    .invoke(e -> LOG.warnf("the plan was moved but that is not saved yet: %s", e.getMessage()))
                    .onItemOrFailure()
                    .transform((done, failure) -> state());
        });
    }

    /**
     * Notes that time passed for the plan, without a change to speak of: nobody is told, and it is saved with the next
     * change.
     */
    public void agePlan(SavedPlan before, SavedPlan later) {
        committer.note(now -> before.equals(now.plan()) ? now.aged(later) : now);
    }

    /** Has the next {@link #flushPending} save the plan's age. */
    public void saveAge() {
        committer.unsaved();
    }

    /**
     * Takes what a look at the flag file gave. An accepted set is in force when this returns, whether or not the store
     * can be reached; a rejected one, or one that would leave nobody able to connect, changes nothing and shows in
     * {@link #view()}; a missing file leaves the last good set in force.
     *
     * @return false where the set was rejected
     */
    public boolean onFileChange(FlagFileResult result) {
        if (result instanceof FlagFileResult.Accepted accepted) {
            return accept(accepted);
        }
        if (result instanceof FlagFileResult.Rejected rejected) {
            reject(rejected.key(), rejected.value(), rejected.message(), null);
            return false;
        }
        committer.note(now -> now.rejecting(null, null));
        return true;
    }

    /**
     * Saves what took effect before it could be saved; does nothing where there is nothing. For a timer: fails while
     * the store is away, and keeps everything for the next try.
     */
    public Uni<Void> flushPending() {
        return committer.flush();
    }

    private Uni<RolloutState> operator(@Nullable Long ifRevision, Supplier<Change> change) {
        return committer.onceSaved(ifRevision, change).map(changed -> {
            FlagFileResult.Accepted waiting = committer.held().waiting();
            if (waiting != null) {
                // It was valid but for what lay below it, and that may be what just changed.
                accept(waiting);
            }
            return state();
        });
    }

    private boolean accept(FlagFileResult.Accepted file) {
        try {
            RolloutState now = committer.atOnce(null, Change.file(file, act("flag-file", file.file())));
            LOG.infof(
                    "flag file is in force [file: %s, flags: %s, revision: %d]",
                    file.file(), now.flags(), now.revision());
            return true;
        } catch (IllegalArgumentException nobodyCouldConnect) {
            FlagKey key = Boolean.FALSE.equals(file.flags().websocketEnabled())
                    ? FlagKey.WEBSOCKET_ENABLED
                    : FlagKey.FALLBACK_ENABLED;
            FlagLayers layers = committer.held().layers().withFile(file.flags(), file.file());
            reject(key.name(), "false", layers.bothOff(), file);
            return false;
        }
    }

    private void reject(
            @Nullable String key, @Nullable String value, String message, FlagFileResult.@Nullable Accepted waiting) {
        committer.note(now -> now.rejecting(new RejectedFlags(key, value, message, clock.instant()), waiting));
        LOG.warnf("flag file rejected, the last good set stays in force: %s", message);
    }

    private Act act(String who, @Nullable String why) {
        return new Act(clock.instant(), who, why, null);
    }

    private static Flags resolved(FlagLayers layers) {
        try {
            return layers.resolve();
        } catch (IllegalArgumentException nobodyCouldConnect) {
            throw new IllegalStateException(layers.bothOff(), nobodyCouldConnect);
        }
    }
}
