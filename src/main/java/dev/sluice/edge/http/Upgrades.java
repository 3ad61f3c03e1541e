package dev.sluice.edge.http;

import io.vertx.ext.web.Router;
import java.util.List;

/** A room's WebSocket URLs. An upgrade answers for itself, so these are no endpoints; {@code openapi.yaml} names them. */
public interface Upgrades {

    /** Mounts them; called before the endpoints are mounted, so that a fixed path goes ahead of a pattern. */
    void mount(Router router);

    /** Those of them that are asked for with GET alone, as the router wants them: other methods are refused there. */
    default List<String> paths() {
        return List.of();
    }
}
