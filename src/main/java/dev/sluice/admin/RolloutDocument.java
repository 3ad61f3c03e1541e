package dev.sluice.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.edge.gate.Serving;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.RejectedFlags;
import dev.sluice.rollout.control.RolloutView;
import dev.sluice.rollout.control.RolloutView.Sourced;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.watch.GuardView;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is in force, who decided so and how one client is served, as JSON shows it. Pure. */
final class RolloutDocument {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RolloutDocument() {}

    /** @param settings for what never changes while the gateway runs; everything else is the view's */
    static Map<String, Object> view(RolloutView view, RolloutState settings, GuardView guard) {
        Map<String, Object> flags = new LinkedHashMap<>();
        flags.put(
                "websocket_enabled",
                sourced(view.websocketEnabled(), view.websocketEnabled().value()));
        flags.put(
                "fallback_enabled",
                sourced(view.fallbackEnabled(), view.fallbackEnabled().value()));
        flags.put(
                "rollout_percentage",
                sourced(view.rolloutPercentage(), view.target().value()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("flags", flags);
        document.put("target", view.target().value());
        document.put("ceiling", view.ceiling().value());
        document.put("effective", view.effective().value());
        document.put("holdback", settings.holdback().value());
        document.put("bucketing", settings.bucketing().wire());
        document.put("revision", view.revision());
        GuardDocument.into(document, guard);
        if (view.rejected() != null) {
            document.put("rejected", rejected(view.rejected()));
        }
        return document;
    }

    private static Map<String, Object> sourced(Sourced<?> flag, Object value) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("value", value);
        document.put("source", flag.source().wire());
        return document;
    }

    private static Map<String, @Nullable Object> rejected(RejectedFlags rejected) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("key", rejected.key());
        document.put("value", rejected.value());
        document.put("message", rejected.message());
        document.put("at", rejected.at());
        return document;
    }

    /** The mode is how the client is served, as its own polls say it; the reason is the decision's. */
    static Map<String, Object> decision(String clientId, Serving serving, Percentage holdback) {
        Decision decision = serving.decision();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("client_id", clientId);
        document.put("mode", serving.mode().wire());
        document.put("bucket", decision.bucket());
        document.put("percentage", decision.percentage().value());
        document.put("reason", decision.reason().wire());
        document.put("revision", decision.revision());
        document.put("fallback", serving.fallback());
        document.put("explanation", Explanation.of(serving, holdback));
        return document;
    }

    static Map<String, @Nullable Object> override(ClientOverride override) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("client", override.selector());
        document.put("mode", override.mode().wire());
        document.put("reason", override.reason());
        document.put("who", override.who());
        document.put("at", override.at());
        return document;
    }

    static Map<String, @Nullable Object> audit(AuditEntry row) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", row.id());
        document.put("at", row.at());
        document.put("who", row.who());
        document.put("what", row.what());
        document.put("from", value(row.what(), row.from()));
        document.put("to", value(row.what(), row.to()));
        document.put("why", row.why());
        if (row.figures() != null) {
            document.put("figures", json(row.figures()));
        }
        return document;
    }

    /** Rows keep text; percentages are shown as numbers and switches as booleans, as everywhere else. */
    private static @Nullable Object value(String what, @Nullable String text) {
        if (text == null) {
            return null;
        }
        if (what.equals("target") || what.equals("ceiling")) {
            return number(text);
        }
        boolean isSwitch = what.startsWith("flags.") && (text.equals("true") || text.equals("false"));
        return isSwitch ? (Object) Boolean.valueOf(text) : text;
    }

    private static Object number(String text) {
        try {
            return Percentage.parse(text).value();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Object json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return text;
        }
    }
}
