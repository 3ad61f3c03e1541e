package dev.sluice.edge.client;

import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.Upgrades;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.rollout.drain.Drain;
import dev.sluice.rollout.drain.Movable;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Every URL of native clients. */
public final class NativeRoutes implements Endpoints, Upgrades {
    private final NativeSocketRoute sockets;
    private final SessionRoutes sessions;
    private final ConnectRoute connect;

    public NativeRoutes(
            FrontDoor door,
            NativeParts parts,
            NativeConnections connections,
            Newcomers newcomers,
            PollLateness lateness,
            Drain drain) {
        Arrivals arrivals = new Arrivals(parts, connections.clients());
        // The rollout may have changed since the gate was asked.
        Consumer<Movable> joined = client -> drain.joined(SluiceProtocol.NAME, client);
        this.sockets = new NativeSocketRoute(door, parts, arrivals, newcomers, connections, joined);
        this.sessions = new SessionRoutes(new Polling(parts, arrivals, connections, lateness, joined), newcomers);
        this.connect = new ConnectRoute(parts, arrivals);
    }

    @Override
    public void mount(Router router) {
        sockets.mount(router);
    }

    @Override
    public List<String> paths() {
        return RawEndpoint.ALL.stream().map(RawEndpoint::path).toList();
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>(sessions.endpoints());
        endpoints.add(connect.endpoint());
        return endpoints;
    }
}
