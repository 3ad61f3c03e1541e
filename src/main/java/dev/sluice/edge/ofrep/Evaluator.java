package dev.sluice.edge.ofrep;

import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.identity.Token;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One flag for one context, as OFREP shows it. {@link OfrepFlag#CONNECTION_MODE} is the decision of
 * {@code /api/v1/rollout/decision}, asked in the same place. Any thread.
 */
final class Evaluator {
    private static final String STATIC = "STATIC";
    private static final String DISABLED = "DISABLED";
    private static final String SPLIT = "SPLIT";
    private static final String TARGETING_MATCH = "TARGETING_MATCH";

    private final RolloutGate gate;
    private final AskedClients asked;

    Evaluator(RolloutGate gate, AskedClients asked) {
        this.gate = gate;
        this.asked = asked;
    }

    /** All of them; one that cannot be told for this context says why in its place. */
    List<Map<String, Object>> evaluateAll(RolloutState state, EvaluationContext context, @Nullable Token caller) {
        List<Map<String, Object>> flags = new ArrayList<>();
        for (OfrepFlag flag : OfrepFlag.values()) {
            try {
                flags.add(evaluate(flag, state, context, caller));
            } catch (SluiceException e) {
                flags.add(Map.of(
                        "key", flag.key(),
                        "errorCode", OfrepErrors.code(e.code(), e.field()),
                        "errorDetails", e.detail()));
            }
        }
        return flags;
    }

    /** @throws SluiceException naming {@code targetingKey} where the flag asks for one and there is none */
    Map<String, Object> evaluate(
            OfrepFlag flag, RolloutState state, EvaluationContext context, @Nullable Token caller) {
        return switch (flag) {
            case WEBSOCKET_ENABLED -> toggle(flag, state.flags().websocketEnabled(), state.revision());
            case FALLBACK_ENABLED -> toggle(flag, state.flags().fallbackEnabled(), state.revision());
            case ROLLOUT_PERCENTAGE -> percentage(state);
            case CONNECTION_MODE -> connectionMode(context, caller);
        };
    }

    private static Map<String, Object> toggle(OfrepFlag flag, boolean value, long revision) {
        return answer(flag, value, value ? "on" : "off", STATIC, Map.of("revision", revision));
    }

    private static Map<String, Object> percentage(RolloutState state) {
        return answer(
                OfrepFlag.ROLLOUT_PERCENTAGE,
                number(state.effective()),
                state.effective().toString(),
                STATIC,
                Map.of("revision", state.revision()));
    }

    private Map<String, Object> connectionMode(EvaluationContext context, @Nullable Token caller) {
        String clientKey = AskedClients.key(EvaluationContext.TARGETING_KEY, context.targetingKey());
        Serving serving = gate.servingOf(asked.of(clientKey, caller, context.stated()));
        Decision decision = serving.decision();
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("reason", decision.reason().wire());
        metadata.put("bucket", decision.bucket());
        metadata.put("percentage", number(decision.percentage()));
        metadata.put("fallback", serving.fallback());
        metadata.put("revision", decision.revision());
        String mode = serving.mode().wire();
        return answer(OfrepFlag.CONNECTION_MODE, mode, mode, reason(serving), metadata);
    }

    /** A WebSocket that failed lately is a fact of this one client, as a label is. */
    private static String reason(Serving serving) {
        if (serving.fallback()) {
            return TARGETING_MATCH;
        }
        return switch (serving.decision().reason()) {
            case WEBSOCKET_DISABLED, ROLLBACK -> DISABLED;
            case OVERRIDE, TUNNEL, CANNOT_POLL -> TARGETING_MATCH;
            case HOLDBACK, IN_ROLLOUT, OUTSIDE_ROLLOUT -> SPLIT;
        };
    }

    /** Always with a fraction, 50.0: typed providers take the type from the text, and a flag's must not change. */
    private static double number(Percentage percentage) {
        return percentage.value().doubleValue();
    }

    private static Map<String, Object> answer(
            OfrepFlag flag, Object value, String variant, String reason, Map<String, Object> metadata) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("key", flag.key());
        answer.put("value", value);
        answer.put("reason", reason);
        answer.put("variant", variant);
        answer.put("metadata", metadata);
        return answer;
    }
}
