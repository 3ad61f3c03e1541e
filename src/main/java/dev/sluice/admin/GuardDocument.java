package dev.sluice.admin;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.Figure;
import dev.sluice.rollout.guard.Figure.Evidence;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.Ground;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.guard.PlanState;
import dev.sluice.rollout.guard.Preflight;
import dev.sluice.rollout.watch.GuardView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the guard says, as JSON shows it. Pure. */
final class GuardDocument {
    private GuardDocument() {}

    /** Adds the guard's fields to those of the rollout. */
    static void into(Map<String, Object> document, GuardView guard) {
        document.putAll(finding(guard.finding()));
        put(document, "waiting_for_evidence", waiting(guard.finding()));
        PlanState plan = guard.plan();
        put(document, "step", guard.settings().on() ? plan.step() + 1 : null);
        document.put("plan", plan(guard));
        put(document, "preflight", guard.preflight() == null ? null : preflight(guard.preflight()));
    }

    /** Verdict, reasons and figures: what is shown, and what is compared after a replay. */
    static Map<String, Object> finding(Finding finding) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("verdict", finding.verdict().wire());
        document.put("reasons", finding.reasons());
        Map<String, Object> figures = new LinkedHashMap<>();
        finding.figures().forEach(figure -> figures.put(key(figure), figure(figure)));
        document.put("figures", figures);
        return document;
    }

    private static String key(Figure figure) {
        return figure.name().wire().replace('-', '_');
    }

    private static Map<String, Object> figure(Figure figure) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("state", figure.state().wire());
        document.put("websocket", cohort(figure.value(), figure.samples()));
        document.put("polling", cohort(figure.control(), figure.controlSamples()));
        put(document, "lower_bound", figure.bounds().lower());
        put(document, "upper_bound", figure.bounds().upper());
        put(document, "rollback", figure.rollback() == null ? null : evidence(figure.rollback()));
        put(document, "advance", figure.advance() == null ? null : evidence(figure.advance()));
        put(document, "detect_seconds", seconds(figure.timing().detectMillis()));
        put(document, "decide_seconds", seconds(figure.timing().decideMillis()));
        return document;
    }

    private static Map<String, Object> cohort(@Nullable Double value, long samples) {
        Map<String, Object> document = new LinkedHashMap<>();
        put(document, "value", value);
        document.put("samples", samples);
        return document;
    }

    private static Map<String, Object> evidence(Evidence evidence) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("log_evidence", evidence.log());
        document.put("needed", evidence.needed());
        return document;
    }

    private static @Nullable Map<String, Object> waiting(Finding finding) {
        if (!finding.is(Ground.WAITING_FOR_EVIDENCE)) {
            return null;
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("predictable", finding.waitMillis() != null);
        put(document, "eta_seconds", seconds(finding.waitMillis()));
        return document;
    }

    private static Map<String, Object> plan(GuardView guard) {
        PlanState plan = guard.plan();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "steps",
                guard.settings().steps().stream().map(Percentage::value).toList());
        document.put("phase", plan.phase().wire());
        document.put("since", plan.since());
        document.put("paused", plan.phase() == Phase.PAUSED);
        document.put("bake_seconds", guard.settings().bake().toSeconds());
        put(document, "bake_left_seconds", wholeSeconds(guard.bakeLeft()));
        put(document, "bake_ends_at", guard.bakeEndsAt());
        put(document, "cool_down_seconds", wholeSeconds(guard.settings().coolDown()));
        return document;
    }

    private static Map<String, Object> preflight(Preflight preflight) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("percentage", preflight.step().value());
        document.put("provable", preflight.provable());
        put(document, "prove_seconds", seconds(preflight.proveMillis()));
        put(document, "detect_80_seconds", seconds(preflight.detectMillis()));
        put(document, "warning", preflight.warning());
        return document;
    }

    private static void put(Map<String, Object> document, String key, @Nullable Object value) {
        if (value != null) {
            document.put(key, value);
        }
    }

    private static @Nullable Long wholeSeconds(@Nullable Duration duration) {
        return duration == null ? null : Long.valueOf(duration.toSeconds());
    }

    /** Rounded up: what is said to take 0 s has happened. */
    private static @Nullable Long seconds(@Nullable Long millis) {
        return millis == null ? null : Long.valueOf((millis + 999) / 1_000);
    }
}
