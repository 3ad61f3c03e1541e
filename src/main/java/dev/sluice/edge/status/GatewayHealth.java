package dev.sluice.edge.status;

import dev.sluice.status.Pipeline;
import dev.sluice.status.Pipelines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * How the gateway is, as a status page sees it: serving and well, serving and not well, or of no use. Asked with each
 * request; none of its sources may block.
 *
 * @param database whether it answered when it was last asked
 * @param broker whether what is published gets through
 * @param webSocket whether WebSocket is switched on
 * @param connections that are open
 */
public record GatewayHealth(
        BooleanSupplier database, BooleanSupplier broker, BooleanSupplier webSocket, IntSupplier connections) {

    /** What a look found. */
    record Look(String status, Map<String, Object> components) {
        boolean isServing() {
            return !status.equals("unhealthy");
        }

        Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("status", status);
            document.put("components", components);
            return document;
        }
    }

    Look look(Pipelines pipelines) {
        boolean databaseUp = database.getAsBoolean();
        boolean brokerUp = broker.getAsBoolean();
        Map<String, Object> each = new LinkedHashMap<>();
        boolean well = true;
        for (Pipeline pipeline : pipelines.all()) {
            well &= pipelines.isWell(pipeline);
            each.put(
                    pipeline.id(),
                    Map.of(
                            "status",
                            pipeline.status(),
                            "stale",
                            pipelines.isStale(pipeline),
                            "healthy",
                            pipelines.isWell(pipeline)));
        }
        Map<String, Object> components = new LinkedHashMap<>();
        components.put(
                "websocket",
                Map.of("status", webSocket.getAsBoolean() ? "up" : "off", "connections", connections.getAsInt()));
        components.put("database", Map.of("status", databaseUp ? "up" : "down"));
        components.put("broker", Map.of("status", brokerUp ? "up" : "down"));
        components.put("pipelines", each);
        String status = !databaseUp || !brokerUp ? "unhealthy" : well ? "healthy" : "degraded";
        return new Look(status, components);
    }
}
