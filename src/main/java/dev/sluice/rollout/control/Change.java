package dev.sluice.rollout.control;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change as a pure function of what is held. It may be applied twice: to what held when it was saved and, where a
 * flag file or the guard was faster, to what holds by then.
 */
@FunctionalInterface
interface Change {

    /** @throws SluiceException where the change is not allowed on what is held */
    Step apply(Held now);

    /** What comes of a change; where {@code held} has the same state as before, the rows mean nothing. */
    record Step(Held held, List<AuditEntry> rows) {}

    /** Who makes a change, when and why. */
    record Act(Instant at, String who, @Nullable String why, @Nullable String figures) {

        AuditEntry row(String what, @Nullable Object from, @Nullable Object to) {
            return new AuditEntry(0, at, who, what, text(from), text(to), why, figures);
        }

        private static @Nullable String text(@Nullable Object value) {
            return value == null ? null : value.toString();
        }
    }

    /** So that a save, which writes them all, stays small. */
    int MAX_OVERRIDES = 10_000;

    /** The operator's target; null gives it back to the configuration. */
    static Change target(@Nullable Percentage target, Act act) {
        return now -> {
            refuseIfPinned(now, FlagKey.ROLLOUT_PERCENTAGE);
            Held next = now.with(now.layers().withApi(now.layers().api().withTarget(target)));
            AuditEntry row = act.row(
                    FlagKey.ROLLOUT_PERCENTAGE.audited(),
                    now.state().target(),
                    next.state().target());
            return new Step(next, List.of(row));
        };
    }

    /** The operator's switches; null leaves one as it is. */
    static Change flags(@Nullable Boolean websocket, @Nullable Boolean fallback, Act act) {
        return now -> {
            FlagSet api = now.layers().api();
            FlagSet given = new FlagSet(websocket, fallback, null);
            List<AuditEntry> rows = new ArrayList<>();
            for (FlagKey key : List.of(FlagKey.WEBSOCKET_ENABLED, FlagKey.FALLBACK_ENABLED)) {
                if (given.get(key) != null) {
                    refuseIfPinned(now, key);
                }
                if (given.get(key) != null && !Objects.equals(given.get(key), api.get(key))) {
                    rows.add(act.row(key.audited(), now.layers().get(key).value(), given.get(key)));
                }
            }
            FlagSet merged = new FlagSet(
                    websocket != null ? websocket : api.websocketEnabled(),
                    fallback != null ? fallback : api.fallbackEnabled(),
                    api.rolloutPercentage());
            return new Step(resolve(now, merged, Boolean.FALSE.equals(websocket)), rows);
        };
    }

    /** An override, put in the place of an earlier one of the same selector. */
    static Change put(ClientOverride override, Act act) {
        return now -> {
            check(override.selector());
            List<ClientOverride> all = new ArrayList<>(now.state().overrides().all());
            ClientOverride before = take(all, override.selector());
            all.add(override);
            if (all.size() > MAX_OVERRIDES) {
                throw new SluiceException(
                        ProblemCode.INVALID_REQUEST, "there may be at most %d overrides".formatted(MAX_OVERRIDES));
            }
            return new Step(now.with(all), List.of(row(act, override.selector(), before, override)));
        };
    }

    /** Removes an override. */
    static Change remove(String selector, Act act) {
        return now -> {
            List<ClientOverride> all = new ArrayList<>(now.state().overrides().all());
            ClientOverride before = take(all, selector);
            if (before == null) {
                throw new SluiceException(ProblemCode.NOT_FOUND, "there is no override for this client");
            }
            return new Step(now.with(all), List.of(row(act, selector, before, null)));
        };
    }

    /** Raises the guard's ceiling, unless it was moved since: a raise must not undo a rollback that was faster. */
    static Change raiseCeiling(Percentage expected, Percentage to, Act act) {
        return now -> {
            if (!now.state().ceiling().equals(expected)) {
                throw new SluiceException(ProblemCode.STALE_REVISION, "the ceiling was moved meanwhile");
            }
            return new Step(now.with(to), List.of(act.row("ceiling", expected, to)));
        };
    }

    /** Lowers the guard's ceiling; nothing where it is that low already. */
    static Change lowerCeiling(Percentage to, Act act) {
        return now -> {
            Percentage from = now.state().ceiling();
            return new Step(now.with(to.min(from)), List.of(act.row("ceiling", from, to)));
        };
    }

    /** Moves the plan, and the ceiling to where it puts it; one row, of the weightier of the two. */
    static Change plan(@Nullable SavedPlan expected, SavedPlan plan, Percentage ceiling, Act act) {
        return now -> {
            Percentage from = now.state().ceiling();
            boolean moved = !samePlace(expected, now.plan());
            // Only what takes clients back may come late.
            if (moved && ceiling.compareTo(from) >= 0) {
                throw new SluiceException(ProblemCode.STALE_REVISION, "the plan was moved meanwhile");
            }
            AuditEntry row = from.equals(ceiling)
                    ? act.row("plan", now.plan() == null ? null : now.plan().phase(), plan.phase())
                    : act.row("ceiling", from, ceiling);
            return new Step(now.with(plan, ceiling), List.of(row));
        };
    }

    /** Time passes for a plan at any moment, and that is no move. */
    private static boolean samePlace(@Nullable SavedPlan a, @Nullable SavedPlan b) {
        return a == null || b == null
                ? a == b
                : a.phase().equals(b.phase())
                        && a.step() == b.step()
                        && a.since().equals(b.since());
    }

    /**
     * The flag file's set; rows only for what it changes, not for what it merely pins.
     *
     * @throws IllegalArgumentException from applying it, where it and the layers below switch everything off
     */
    static Change file(FlagFileResult.Accepted file, Act act) {
        return now -> {
            FlagLayers layers = now.layers().withFile(file.flags(), file.file());
            List<AuditEntry> rows = new ArrayList<>();
            for (FlagKey key : FlagKey.values()) {
                Object from = now.layers().get(key).value();
                Object to = layers.get(key).value();
                if (!from.equals(to)) {
                    rows.add(act.row(key.audited(), from, to));
                }
            }
            return new Step(now.with(layers).rejecting(null, null), rows);
        };
    }

    private static void refuseIfPinned(Held now, FlagKey key) {
        if (now.layers().pins(key)) {
            throw new SluiceException(
                    ProblemCode.PINNED,
                    "%s is pinned by the flag file %s; change it there or take the key out"
                            .formatted(key, now.layers().fileName()));
        }
    }

    private static Held resolve(Held now, FlagSet api, boolean websocketGivenOff) {
        FlagLayers layers = now.layers().withApi(api);
        try {
            return now.with(layers);
        } catch (IllegalArgumentException e) {
            FlagKey given = websocketGivenOff ? FlagKey.WEBSOCKET_ENABLED : FlagKey.FALLBACK_ENABLED;
            FlagKey other = websocketGivenOff ? FlagKey.FALLBACK_ENABLED : FlagKey.WEBSOCKET_ENABLED;
            throw SluiceException.invalid(
                    given.field(),
                    "true while %s is false (from %s): nobody could connect"
                            .formatted(other.field(), layers.get(other).source().wire()));
        }
    }

    private static void check(String selector) {
        try {
            Selector.parse(selector);
        } catch (IllegalArgumentException e) {
            throw SluiceException.invalid("client", Selector.ALLOWED);
        }
    }

    private static @Nullable ClientOverride take(List<ClientOverride> all, String selector) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).selector().equals(selector)) {
                return all.remove(i);
            }
        }
        return null;
    }

    private static AuditEntry row(
            Act act, String selector, @Nullable ClientOverride before, @Nullable ClientOverride after) {
        return act.row(
                "override." + selector,
                before == null ? null : before.mode().wire(),
                after == null ? null : after.mode().wire());
    }
}
