package dev.sluice.edge.status;

import dev.sluice.status.Pipeline;
import dev.sluice.status.PipelineList;
import dev.sluice.status.PipelineList.Shown;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * How the gateway is, as a status page sees it: serving and well, serving and not well, or of no use. Asked with each
 * request; none of its sources may block.
 *
 * @param database whether it answers
 * @param broker whether what is published gets through
 * @param webSocket whether WebSocket is switched on
 * @param connections Socket.IO connections that are open
 */
public record GatewayHealth(Pulse database, Pulse broker, BooleanSupplier webSocket, IntSupplier connections) {

    /** What a look found. */
    record Look(boolean database, boolean broker, PipelineList pipelines) {
        boolean isServing() {
            return database && broker;
        }

        String status() {
            if (!isServing()) {
                return "unhealthy";
            }
            return pipelines.pipelines().stream().allMatch(Shown::well) ? "healthy" : "degraded";
        }
    }

    /** Answers within {@link Pulse#PATIENCE}, on any thread. */
    Uni<Look> look(PipelineList pipelines) {
        return Uni.combine()
                .all()
                .unis(database.beats(), broker.beats())
                .asTuple()
                .map(there -> new Look(there.getItem1(), there.getItem2(), pipelines));
    }

    /** All of it. What anybody may read must not tell where anything is or what it is called inside. */
    Map<String, Object> document(Look look) {
        Map<String, Object> socket = new LinkedHashMap<>();
        socket.put("status", webSocket.getAsBoolean() ? "up" : "off");
        socket.put("connections", connections.getAsInt());
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("websocket", socket);
        components.put("database", state(look.database()));
        components.put("broker", state(look.broker()));
        components.put("pipelines", pipelines(look.pipelines()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", look.status());
        document.put("components", components);
        return document;
    }

    private static Map<String, Object> state(boolean up) {
        return Map.of("status", up ? "up" : "down");
    }

    private static Map<String, Object> pipelines(PipelineList list) {
        Map<String, Object> each = new LinkedHashMap<>();
        for (Shown shown : list.pipelines()) {
            Pipeline pipeline = shown.pipeline();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("status", pipeline.status());
            one.put("stale", shown.stale());
            one.put("healthy", shown.well());
            each.put(pipeline.id(), one);
        }
        return each;
    }
}
