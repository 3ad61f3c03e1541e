package dev.sluice.app;

import dev.sluice.admin.PreviewRoutes;
import dev.sluice.admin.RolloutRoutes;
import dev.sluice.admin.TokenRoutes;
import dev.sluice.edge.agent.AgentHttpRoutes;
import dev.sluice.edge.agent.AgentSocketRoute;
import dev.sluice.edge.command.ClusterRoutes;
import dev.sluice.edge.command.CommandRoutes;
import dev.sluice.edge.gate.Cors;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.FrontDoor;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;

/** Every URL of the public listener, mounted in one place. */
final class Catalogue {

    void mount(
            @Observes Router router,
            FrontDoor door,
            Cors cors,
            AgentSocketRoute socket,
            AgentHttpRoutes agents,
            CommandRoutes commands,
            ClusterRoutes clusters,
            TokenRoutes tokens,
            RolloutRoutes rollout,
            PreviewRoutes preview) {
        cors.mount(router);
        // Ahead of the pattern with an id in the same place.
        socket.mount(router);
        door.mount(router, endpoints(agents, commands, clusters, tokens, rollout, preview));
    }

    /** All of them but the WebSocket's; what {@code openapi.yaml} is compared with. */
    static List<Endpoint> endpoints(
            AgentHttpRoutes agents,
            CommandRoutes commands,
            ClusterRoutes clusters,
            TokenRoutes tokens,
            RolloutRoutes rollout,
            PreviewRoutes preview) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(agents.endpoints());
        endpoints.addAll(commands.endpoints());
        endpoints.addAll(clusters.endpoints());
        endpoints.addAll(tokens.endpoints());
        endpoints.addAll(rollout.endpoints());
        endpoints.addAll(preview.endpoints());
        return endpoints;
    }
}
