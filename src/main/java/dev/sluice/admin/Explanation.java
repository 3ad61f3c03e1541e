package dev.sluice.admin;

import dev.sluice.edge.gate.Serving;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.Percentage;
import java.math.BigDecimal;

/** Why a client is served as it is, in one sentence for a person. Says nothing that a stranger must not know. */
final class Explanation {
    private Explanation() {}

    static String of(Serving serving, Percentage holdback) {
        String why = sentence(serving.decision(), holdback);
        return serving.fallback()
                ? why + "; its WebSocket failed lately, so it is served by polling for a while."
                : why + ".";
    }

    private static String sentence(Decision decision, Percentage holdback) {
        return switch (decision.reason()) {
            case TUNNEL -> "It keeps its WebSocket because the traffic of its private cluster runs over it";
            case WEBSOCKET_DISABLED -> "WebSocket is switched off for everybody";
            case ROLLBACK -> "Everybody was taken back to polling: the guard's ceiling is 0 %";
            case OVERRIDE ->
                "An operator put it on %s, ahead of the percentage"
                        .formatted(decision.mode().wire());
            case HOLDBACK -> "It is among the %s %% that stay on polling for comparison".formatted(holdback);
            case IN_ROLLOUT ->
                "Its bucket, %s %%, lies within the %s %% that are offered WebSocket"
                        .formatted(bucket(decision), decision.percentage());
            case OUTSIDE_ROLLOUT ->
                "Its bucket, %s %%, lies outside the %s %% that are offered WebSocket"
                        .formatted(bucket(decision), decision.percentage());
            case CANNOT_POLL -> "It keeps its WebSocket because it cannot poll";
        };
    }

    private static String bucket(Decision decision) {
        return BigDecimal.valueOf(decision.bucket(), 2).toPlainString();
    }
}
