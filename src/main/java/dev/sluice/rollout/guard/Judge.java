package dev.sluice.rollout.guard;

import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.EvidenceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * From counters to a verdict. Pure and immutable: the same counters and settings give the same finding on any machine,
 * which is what lets a decision be replayed.
 *
 * <p>The promise: while WebSocket is healthy (success not below, latency not above the rollback limits, errors not more
 * frequent than on polling) a step is rolled back by chance with probability at most {@code alpha} over all steps and
 * figures, however often one looks; after the plan at most one look in 100,000 on average is a false alarm. It rests on
 * one assumption, that what one client does says nothing about the next; one vote per client and window is what keeps
 * retries from breaking it.
 */
public final class Judge {
    private final GuardSettings settings;
    private final Figures figures;

    public Judge(GuardSettings settings) {
        this.settings = settings;
        this.figures = new Figures(settings);
    }

    public GuardSettings settings() {
        return settings;
    }

    Figures figures() {
        return figures;
    }

    /**
     * Adds a window.
     *
     * @param elapsedMillis since the window before, by a clock that does not jump
     */
    public GuardState absorb(GuardState state, EvidenceWindow window, long elapsedMillis) {
        CohortWindow ws = window.websocket();
        CohortWindow poll = window.polling();
        Exposures windowErrors =
                Exposures.NONE.plus(ws.errors(), ws.clientMinutes(), poll.errors(), poll.clientMinutes());
        return new GuardState(
                state.looks() + 1,
                state.spannedMillis() + Math.max(0, elapsedMillis),
                GuardState.sum(state.websocket(), ws),
                GuardState.sum(state.polling(), poll),
                state.doubtfulVotes() + (ws.concentrated() ? GuardState.votes(ws) : 0),
                state.errors().plus(ws.errors(), ws.clientMinutes(), poll.errors(), poll.clientMinutes()),
                figures.track(state.tracks(), window, windowErrors),
                state.before());
    }

    /** The verdict on all of it. */
    public Finding judge(GuardState state, ProbeReport probes, Watching watching) {
        List<Figure> all = List.of(
                figures.success(state, watching),
                figures.latency(state, watching),
                figures.fallbacks(state, watching),
                figures.errors(state, watching),
                figures.probe(probes),
                figures.upgradeProbes(state));
        List<String> failing = words(all, figure -> figure.state() == FigureState.FAILS);
        // The built-in client counts nobody's votes: neither too few nor concentrated ones make it doubtful.
        if (failing.contains(FigureName.CRITICAL_PROBE.wire())) {
            return new Finding(Verdict.ROLLBACK, failing, all, null);
        }
        if (state.concentrated()) {
            return because(Verdict.INCONCLUSIVE, Ground.CONCENTRATED, failing, all);
        }
        if (state.websocket().voters() < settings.minClients() && GuardState.votes(state.websocket()) > 0) {
            return because(Verdict.INCONCLUSIVE, Ground.TOO_FEW_CLIENTS, failing, all);
        }
        if (!failing.isEmpty()) {
            return failing(state, failing, all);
        }
        List<String> holding = words(all, figure -> figure.state() == FigureState.HOLDS);
        if (!holding.isEmpty()) {
            return commonProbe(probes)
                    ? because(Verdict.HOLD, Ground.COMMON_CAUSE, holding, all)
                    : held(state, holding, all);
        }
        boolean proved = all.stream()
                .filter(figure -> figure.advance() != null)
                .allMatch(figure -> figure.state() == FigureState.PASSES);
        return proved ? new Finding(Verdict.ADVANCE, List.of(), all, null) : waiting(all);
    }

    /** Rolling back into a polling that is as sick would move the load and help nobody. */
    private Finding failing(GuardState state, List<String> failing, List<Figure> all) {
        List<String> shared = words(
                all, figure -> figure.state() == FigureState.FAILS && figures.pollingIsSick(figure.name(), state));
        return shared.size() == failing.size()
                ? because(Verdict.HOLD, Ground.COMMON_CAUSE, failing, all)
                : new Finding(Verdict.ROLLBACK, failing, all, null);
    }

    private Finding held(GuardState state, List<String> holding, List<Figure> all) {
        boolean lately = figures.worse(state.tracks().success())
                || figures.worse(state.tracks().latency());
        return lately
                ? because(Verdict.HOLD, Ground.LATELY_WORSE, holding, all)
                : new Finding(Verdict.HOLD, holding, all, null);
    }

    private static boolean commonProbe(ProbeReport probes) {
        return probes.websocket().failuresInARow() >= Figures.PROBE_FAILURES
                && probes.polling().failuresInARow() >= Figures.PROBE_FAILURES;
    }

    private static Finding waiting(List<Figure> all) {
        long longest = 0;
        boolean sayable = true;
        for (Figure figure : all) {
            if (figure.advance() != null && figure.state() == FigureState.UNDECIDED) {
                Long decide = figure.timing().decideMillis();
                sayable &= decide != null;
                longest = Math.max(longest, decide == null ? 0 : decide);
            }
        }
        return new Finding(
                Verdict.INCONCLUSIVE,
                List.of(Ground.WAITING_FOR_EVIDENCE.wire()),
                all,
                sayable ? Long.valueOf(longest) : null);
    }

    private static Finding because(Verdict verdict, Ground first, List<String> rest, List<Figure> all) {
        List<String> reasons = new ArrayList<>();
        reasons.add(first.wire());
        reasons.addAll(rest);
        return new Finding(verdict, reasons, all, null);
    }

    private static List<String> words(List<Figure> all, Predicate<Figure> which) {
        return all.stream().filter(which).map(figure -> figure.name().wire()).toList();
    }
}
