package dev.sluice.rollout.guard;

import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.CohortWindow.Probes;
import dev.sluice.rollout.evidence.EvidenceWindow;
import dev.sluice.rollout.evidence.LatencyCounts;
import dev.sluice.rollout.guard.Figure.Bounds;
import dev.sluice.rollout.guard.Figure.Evidence;
import dev.sluice.rollout.guard.Figure.Timing;
import dev.sluice.rollout.guard.GuardState.Tracks;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes figures of counters. Immutable; the tests are worked out once for the limits there are. */
final class Figures {
    /** The probe must have failed that often in a row on WebSocket before it rolls back. */
    static final int PROBE_FAILURES = 3;

    /** The measured delay of the mixtures, as a multiple of what the best single bet would take. */
    static final double DELAY = 1.15;

    /** What a rollout is asked to notice: a fall to that share of success. */
    static final double FALL = 0.80;

    /** A fall of the probe rate by less than a tenth may be another mix of clients. */
    private static final double PROBES_KEPT = 0.9;

    /** Sessions of the step before without which its probe rate says nothing. */
    private static final long PROBES_ENOUGH = 20;

    private final GuardSettings settings;
    private final ProportionTest successFails;
    private final ProportionTest successHolds;
    private final ProportionTest successPasses;
    private final MeanTest latencyFails;
    private final MeanTest latencyHolds;
    private final MeanTest latencyPasses;
    private final @Nullable ProportionTest fallbacksFail;
    private final ProportionTest fallbacksHold;
    private final ProportionTest fallbacksPass;
    private final RateTest errorsFail = RateTest.above(1);

    Figures(GuardSettings settings) {
        this.settings = settings;
        successFails = ProportionTest.below(settings.successRollback());
        successHolds = ProportionTest.below(settings.successAdvance());
        successPasses = ProportionTest.above(settings.successAdvance());
        latencyFails = MeanTest.above(settings.latencyRollback());
        latencyHolds = MeanTest.above(settings.latencyAdvance());
        latencyPasses = MeanTest.below(settings.latencyAdvance());
        fallbacksFail = settings.fallbackRollback() == null ? null : ProportionTest.above(settings.fallbackRollback());
        fallbacksHold = ProportionTest.above(settings.fallbackAdvance());
        fallbacksPass = ProportionTest.below(settings.fallbackAdvance());
    }

    /** What the tests remember after one window more. */
    Tracks track(Tracks now, EvidenceWindow window, Exposures windowErrors) {
        CohortWindow ws = window.websocket();
        CohortWindow poll = window.polling();
        return new Tracks(
                next(now.success(), GuardState.tries(ws), () -> successFails.logs(ws.successes(), ws.failures())),
                next(now.latency(), ws.latency().total(), () -> latencyFails.logs(ws.latency())),
                fallbacksFail == null
                        ? now.fallbacks()
                        : next(
                                now.fallbacks(),
                                GuardState.votes(ws),
                                () -> fallbacksFail.logs(ws.fallbacks(), ws.successes() + ws.failures())),
                next(now.errors(), windowErrors.counts().size(), () -> errorsFail.logs(windowErrors)),
                next(
                        now.pollingSuccess(),
                        GuardState.tries(poll),
                        () -> successFails.logs(poll.successes(), poll.failures())),
                next(now.pollingLatency(), poll.latency().total(), () -> latencyFails.logs(poll.latency())));
    }

    private static Track next(Track track, long samples, Supplier<double[]> logs) {
        return samples == 0 ? track : track.next(logs.get());
    }

    Figure success(GuardState state, Watching watching) {
        CohortWindow ws = state.websocket();
        long n = GuardState.tries(ws);
        long control = GuardState.tries(state.polling());
        double[] pass = successPasses.logs(ws.successes(), ws.failures());
        Evidence rollback =
                rollback(state.tracks().success(), successFails.evidence(ws.successes(), ws.failures()), watching);
        Evidence advance = advance(Mixture.average(pass));
        double needed = settings.neededToAdvance();
        boolean holds = successHolds.evidence(ws.successes(), ws.failures()) >= needed
                || worse(state.tracks().success());
        FigureState decided = decide(n, rollback, advance, holds);
        return new Figure(
                FigureName.CONNECTION_SUCCESS,
                decided,
                share(ws.successes(), n),
                share(state.polling().successes(), control),
                n,
                control,
                rollback,
                advance,
                bounds(ws.successes(), ws.failures()),
                new Timing(
                        detectMillis(n, state.spannedMillis(), watching),
                        decideMillis(decided, pass, n, advance, state.spannedMillis())));
    }

    Figure latency(GuardState state, Watching watching) {
        LatencyCounts counts = state.websocket().latency();
        LatencyCounts polling = state.polling().latency();
        long n = counts.total();
        double[] pass = latencyPasses.logs(counts);
        Evidence rollback = rollback(state.tracks().latency(), latencyFails.evidence(counts), watching);
        Evidence advance = advance(Mixture.average(pass));
        double needed = settings.neededToAdvance();
        boolean holds =
                latencyHolds.evidence(counts) >= needed || worse(state.tracks().latency());
        FigureState decided = decide(n, rollback, advance, holds);
        double clip = LatencyCounts.CLIP_MILLIS;
        return new Figure(
                FigureName.DELIVERY_LATENCY,
                decided,
                n == 0 ? null : Double.valueOf(MeanTest.mean(counts)),
                polling.total() == 0 ? null : Double.valueOf(MeanTest.mean(polling)),
                n,
                polling.total(),
                rollback,
                advance,
                n == 0
                        ? Bounds.NONE
                        : new Bounds(
                                Bisection.lower(m -> MeanTest.above(m).evidence(counts), 0, clip, needed),
                                Bisection.upper(m -> MeanTest.below(m).evidence(counts), 0, clip, needed)),
                new Timing(null, decideMillis(decided, pass, n, advance, state.spannedMillis())));
    }

    Figure fallbacks(GuardState state, Watching watching) {
        CohortWindow ws = state.websocket();
        long n = GuardState.votes(ws);
        long others = n - ws.fallbacks();
        double[] pass = fallbacksPass.logs(ws.fallbacks(), others);
        Evidence rollback = fallbacksFail == null
                ? null
                : rollback(state.tracks().fallbacks(), fallbacksFail.evidence(ws.fallbacks(), others), watching);
        Evidence advance = advance(Mixture.average(pass));
        boolean holds = fallbacksHold.evidence(ws.fallbacks(), others) >= settings.neededToAdvance()
                || fallbacksFail != null && worse(state.tracks().fallbacks());
        FigureState decided = decide(n, rollback, advance, holds);
        return new Figure(
                FigureName.FALLBACK_RATE,
                decided,
                share(ws.fallbacks(), n),
                null,
                n,
                0,
                rollback,
                advance,
                bounds(ws.fallbacks(), others),
                new Timing(null, decideMillis(decided, pass, n, advance, state.spannedMillis())));
    }

    /** Good enough is not asked of it: without errors there is nothing to prove. */
    Figure errors(GuardState state, Watching watching) {
        if (!(state.polling().clientMinutes() > 0) || !(state.websocket().clientMinutes() > 0)) {
            return Figure.notApplicable(FigureName.ERROR_RATE);
        }
        Exposures errors = state.errors();
        Evidence rollback = rollback(state.tracks().errors(), errorsFail.evidence(errors), watching);
        double ratio = errors.ratioOfRates();
        boolean fails = rollback.enough() && ratio >= settings.errorRatio();
        return new Figure(
                FigureName.ERROR_RATE,
                fails ? FigureState.FAILS : FigureState.PASSES,
                ratio,
                1.0,
                errors.websocketErrors(),
                errors.pollingErrors(),
                rollback,
                null,
                new Bounds(
                        Bisection.lower(
                                r -> RateTest.above(r).evidence(errors),
                                1 / Exposures.MOST,
                                Exposures.MOST,
                                settings.neededToAdvance()),
                        null),
                Timing.NONE);
    }

    Figure probe(ProbeReport report) {
        ProbeReport.Transport ws = report.websocket();
        if (ws.runs() == 0) {
            return Figure.notApplicable(FigureName.CRITICAL_PROBE);
        }
        boolean aside = report.polling().passes();
        FigureState decided = ws.passes()
                ? FigureState.PASSES
                : ws.failuresInARow() >= PROBE_FAILURES && aside ? FigureState.FAILS : FigureState.HOLDS;
        Double control =
                report.polling().runs() == 0 ? null : (double) report.polling().failuresInARow();
        return new Figure(
                FigureName.CRITICAL_PROBE,
                decided,
                (double) ws.failuresInARow(),
                control,
                ws.runs(),
                report.polling().runs(),
                null,
                null,
                Bounds.NONE,
                Timing.NONE);
    }

    /** Fewer sessions that even try than on the step before may be clients that have learnt not to. */
    Figure upgradeProbes(GuardState state) {
        Probes before = state.before();
        Probes now = state.websocket().probes();
        if (before.offered() < PROBES_ENOUGH || now.offered() == 0) {
            return Figure.notApplicable(FigureName.UPGRADE_PROBES);
        }
        double was = (double) before.probed() / before.offered();
        long without = now.offered() - now.probed();
        boolean fell =
                ProportionTest.below(was * PROBES_KEPT).evidence(now.probed(), without) >= settings.neededToAdvance();
        return new Figure(
                FigureName.UPGRADE_PROBES,
                fell ? FigureState.HOLDS : FigureState.PASSES,
                share(now.probed(), now.offered()),
                was,
                now.offered(),
                before.offered(),
                null,
                null,
                bounds(now.probed(), without),
                Timing.NONE);
    }

    /** Whether polling shows the same sickness; less evidence does, since to hold is the lesser act. */
    boolean pollingIsSick(FigureName figure, GuardState state) {
        CohortWindow poll = state.polling();
        return switch (figure) {
            case CONNECTION_SUCCESS ->
                worse(state.tracks().pollingSuccess())
                        || successFails.evidence(poll.successes(), poll.failures()) >= settings.neededToAdvance();
            case DELIVERY_LATENCY ->
                worse(state.tracks().pollingLatency())
                        || latencyFails.evidence(poll.latency()) >= settings.neededToAdvance();
            // The rest is measured against polling already, or polling has no such thing.
            case FALLBACK_RATE, ERROR_RATE, CRITICAL_PROBE, UPGRADE_PROBES -> false;
        };
    }

    /** Whether it looks bad of late, whatever it was before. */
    boolean worse(Track track) {
        return track.lately() >= settings.neededToAdvance();
    }

    private Evidence rollback(Track track, double whole, Watching watching) {
        double log = watching == Watching.STEP ? track.withinStep(whole) : track.lately();
        return new Evidence(log, settings.neededToRollBack(watching));
    }

    private Evidence advance(double log) {
        return new Evidence(log, settings.neededToAdvance());
    }

    private static FigureState decide(long samples, @Nullable Evidence rollback, Evidence advance, boolean holds) {
        if (samples == 0) {
            return FigureState.UNDECIDED;
        }
        if (rollback != null && rollback.enough()) {
            return FigureState.FAILS;
        }
        if (holds) {
            return FigureState.HOLDS;
        }
        return advance.enough() ? FigureState.PASSES : FigureState.UNDECIDED;
    }

    private Bounds bounds(long hits, long misses) {
        double needed = settings.neededToAdvance();
        return hits + misses == 0
                ? Bounds.NONE
                : new Bounds(
                        Bisection.lower(p -> ProportionTest.above(p).evidence(hits, misses), 0, 1, needed),
                        Bisection.upper(p -> ProportionTest.below(p).evidence(hits, misses), 0, 1, needed));
    }

    /** Until a fall to 80 % is expected to be seen at the rate of these counters. */
    @Nullable
    Long detectMillis(GuardState state, Watching watching) {
        return detectMillis(GuardState.tries(state.websocket()), state.spannedMillis(), watching);
    }

    /** Until a step with figures and rates like these is expected to be proved; null where it never would be. */
    @Nullable
    Long proveMillis(GuardState state) {
        CohortWindow ws = state.websocket();
        long n = GuardState.votes(ws);
        double[] each = {
            millisToProve(successPasses.logs(ws.successes(), ws.failures()), GuardState.tries(ws), state),
            millisToProve(fallbacksPass.logs(ws.fallbacks(), n - ws.fallbacks()), n, state),
            millisToProve(latencyPasses.logs(ws.latency()), ws.latency().total(), state)
        };
        double longest = Mixture.best(each);
        return Double.isInfinite(longest) ? null : Long.valueOf((long) Math.ceil(longest));
    }

    private double millisToProve(double[] logs, long samples, GuardState state) {
        double gain = samples == 0 ? 0 : Mixture.best(logs) / samples;
        return gain <= 0 || state.spannedMillis() <= 0
                ? Double.POSITIVE_INFINITY
                : DELAY * settings.neededToAdvance() / gain * state.spannedMillis() / samples;
    }

    private @Nullable Long detectMillis(long samples, long spannedMillis, Watching watching) {
        double attempts = attemptsToDetect(settings, watching);
        return samples == 0 || spannedMillis <= 0 || Double.isInfinite(attempts)
                ? null
                : Long.valueOf((long) Math.ceil(attempts * spannedMillis / samples));
    }

    /** Attempts after which a fall to 80 % is expected to be seen; infinite where that is no fall below the limit. */
    static double attemptsToDetect(GuardSettings settings, Watching watching) {
        double limit = settings.successRollback();
        return limit <= FALL
                ? Double.POSITIVE_INFINITY
                : DELAY * settings.neededToRollBack(watching) / ProportionTest.divergence(FALL, limit);
    }

    private static @Nullable Long decideMillis(
            FigureState decided, double[] logs, long samples, Evidence advance, long spannedMillis) {
        double gain = samples == 0 ? 0 : Mixture.best(logs) / samples;
        if (decided != FigureState.UNDECIDED || gain <= 0 || spannedMillis <= 0) {
            return null;
        }
        double more = DELAY * (advance.needed() - advance.log()) / gain;
        return (long) Math.ceil(more * spannedMillis / samples);
    }

    private static @Nullable Double share(long part, long whole) {
        return whole == 0 ? null : Double.valueOf((double) part / whole);
    }
}
