package dev.sluice.edge.socketio;

import dev.sluice.core.Mode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.Headers;
import dev.sluice.edge.http.Parked;
import dev.sluice.edge.http.ParkedCall;
import dev.sluice.edge.http.Upgrades;
import dev.sluice.edge.shortcut.Again;
import dev.sluice.edge.shortcut.Shortcut;
import dev.sluice.edge.socketio.EngineClient.Handshake;
import dev.sluice.edge.socketio.EngineClient.Seen;
import dev.sluice.edge.socketio.EngineDesk.Begins;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.engineio.EngineErrors;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.rollout.drain.Drain;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code /socket.io/}: handshakes, GETs, POSTs and upgrades, each refused as the reference refuses it where the protocol
 * is broken, and with a problem document where the house says no. On the request's event loop.
 */
public final class EngineRoute implements Upgrades {
    private final FrontDoor door;
    private final SocketIoParts parts;
    private final EngineConnections connections;
    private final EngineWitness witness;
    private final EngineDesk desk;
    private final EngineUpgrade upgrades;
    private final EnginePosts posts;

    public EngineRoute(
            FrontDoor door,
            SocketIoParts parts,
            SocketIoSeats seats,
            EngineConnections connections,
            Drain drain,
            Vertx vertx) {
        this.door = door;
        this.parts = parts;
        this.connections = connections;
        this.witness = new EngineWitness(parts.observer(), parts.gate());
        this.desk = new EngineDesk(
                parts, seats, connections, witness, client -> drain.joined(SocketIoConnection.NAME, client), vertx);
        this.upgrades = new EngineUpgrade(door, parts, desk, witness);
        this.posts = new EnginePosts(door, parts, witness);
    }

    @Override
    public void mount(Router router) {
        mount(router, parts.options().path(), false);
        String echo = parts.options().echoPath();
        if (echo != null) {
            mount(router, echo, true);
        }
    }

    private void mount(Router router, String path, boolean echoes) {
        // Ahead of everything but what holds for all requests: a client that polls comes often.
        router.route(path).order(FrontDoor.EARLY).handler(routing -> enter(routing, echoes));
        router.route(path + "/").order(FrontDoor.EARLY).handler(routing -> enter(routing, echoes));
    }

    private void enter(RoutingContext routing, boolean echoes) {
        HttpServerRequest request = routing.request();
        String sid = request.getParam("sid");
        String transport = request.getParam("transport");
        boolean upgrade = "websocket".equals(transport) && request.method() == HttpMethod.GET && asksToUpgrade(request);
        EngineErrors wrong = EngineErrors.ofQuery(transport, request.getParam("EIO"), sid != null);
        if (wrong != null) {
            refuse(request.response(), wrong, asksToUpgrade(request));
            return;
        }
        try {
            if (sid == null) {
                handshake(routing, upgrade, echoes);
            } else {
                goOn(routing, sid, upgrade);
            }
        } catch (SluiceException refused) {
            door.fail(routing, refused);
        }
    }

    private static boolean asksToUpgrade(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        return upgrade != null && upgrade.equalsIgnoreCase("websocket");
    }

    private static void refuse(HttpServerResponse response, EngineErrors why, boolean upgrade) {
        if (upgrade) {
            EngineAnswers.refuseUpgrade(response, why);
        } else {
            EngineAnswers.refuse(response, why);
        }
    }

    // ---- without a session

    private void handshake(RoutingContext routing, boolean upgrade, boolean echoes) {
        HttpServerRequest request = routing.request();
        if (request.method() != HttpMethod.GET) {
            EngineAnswers.refuse(request.response(), EngineErrors.BAD_HANDSHAKE_METHOD);
            return;
        }
        if ("websocket".equals(request.getParam("transport")) && !upgrade) {
            EngineAnswers.refuse(request.response(), EngineErrors.BAD_REQUEST);
            return;
        }
        TransportKind transport = upgrade ? TransportKind.WEBSOCKET : TransportKind.POLLING;
        Handshake shown = null;
        try {
            Call call = door.callOf(routing, Access.CLIENT_BY_HEADER);
            checkNewcomer(call, upgrade);
            shown = desk.handshake(call);
            Headers.tellMode(routing.response(), shown.told());
            witness.tried(transport, shown);
            if (!shown.identity().anonymous()) {
                parts.rates().spendClient(budgetOf(shown));
            }
            if (upgrade) {
                upgrades.begin(call, shown, echoes);
            } else {
                beginPolling(call, shown, echoes);
            }
        } catch (SluiceException refused) {
            witness.refused(transport, shown, refused);
            throw refused;
        }
    }

    private void checkNewcomer(Call call, boolean upgrade) {
        if (upgrade) {
            parts.newcomers().check(call);
        } else {
            parts.newcomers().checkOpen();
            parts.newcomers().checkOrigin(call);
        }
    }

    private static String budgetOf(Handshake shown) {
        return "client/" + shown.identity().owner() + "/" + shown.key().value();
    }

    private void beginPolling(Call call, Handshake shown, boolean echoes) {
        parts.gate().sawHttp(shown.key().value());
        Runnable countOut = parts.newcomers().countIn(accountOf(shown), shown.address());
        EngineClient client = desk.open(shown, Begins.POLLING, echoes, countOut);
        String cookie = parts.options().cookie();
        if (cookie != null) {
            call.routing()
                    .response()
                    .headers()
                    .add(
                            "Set-Cookie",
                            "%s=%s; Path=/; HttpOnly; SameSite=Lax"
                                    .formatted(cookie, client.connection().sid()));
        }
        client.connection().send(desk.openPacket(client));
        park(new ParkedCall(call.routing(), ParkedGet.TEXT), client, shown.told());
        witness.pollingBegan(shown);
        desk.opened(client);
    }

    static @Nullable String accountOf(Handshake shown) {
        return shown.identity().anonymous() ? null : shown.identity().owner();
    }

    // ---- with a session

    private void goOn(RoutingContext routing, String sid, boolean upgrade) {
        HttpServerRequest request = routing.request();
        EngineClient client = connections.find(sid);
        if (client == null && request.method() == HttpMethod.GET && !upgrade) {
            client = connections.takeLeft(sid);
        }
        if (client == null) {
            // Guessing is bounded before it is answered.
            parts.rates().spendAddress(door.originOf(request).address());
            refuse(request.response(), EngineErrors.SID_UNKNOWN, upgrade);
            return;
        }
        if (isStolen(request, client)) {
            refuse(request.response(), EngineErrors.FORBIDDEN, upgrade);
            return;
        }
        if (upgrade) {
            upgrades.probe(routing, client);
            return;
        }
        Seen seen = client.seen(parts.clock().millis());
        Headers.tellMode(request.response(), seen.mode());
        if (!"polling".equals(request.getParam("transport"))
                || client.connection().kind() != TransportKind.POLLING) {
            // Whether it is over is known to its home.
            EngineAnswers.refuse(request.response(), EngineErrors.BAD_REQUEST);
            return;
        }
        witness.received(TransportKind.POLLING);
        if (request.method() == HttpMethod.GET) {
            park(routing, client, seen.mode());
            witness.served(seen.observed());
        } else if (request.method() == HttpMethod.POST) {
            posts.read(routing, client);
        } else {
            EngineAnswers.refuse(request.response(), EngineErrors.BAD_REQUEST);
        }
    }

    private boolean isStolen(HttpServerRequest request, EngineClient client) {
        boolean shows = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
        return client.isStolen(
                request.getHeader(HttpHeaders.ORIGIN), shows ? door.identityOf(request) : ClientIdentity.ANONYMOUS);
    }

    private void park(RoutingContext routing, EngineClient client, Mode told) {
        HttpServerRequest request = routing.request();
        Shortcut.offer(
                routing,
                new RegularGet(this, client.connection().sid(), request.path(), request.getHeader(HttpHeaders.ORIGIN)));
        park(new ParkedCall(routing, ParkedGet.TEXT), client, told);
    }

    private void park(Parked request, EngineClient client, Mode told) {
        ParkedGet get = new ParkedGet(request, told, witness);
        request.onGone(() -> client.home().execute(() -> client.connection().pollGone(get)));
        client.home().execute(() -> client.connection().poll(get));
    }

    /** A GET that took the shortcut; false where it has to go the usual way. */
    boolean comesAgain(String sid, @Nullable String page, Again again) {
        EngineClient client = connections.find(sid);
        if (client == null
                || client.isStolen(page, ClientIdentity.ANONYMOUS)
                || client.connection().kind() != TransportKind.POLLING) {
            return false;
        }
        Seen seen = client.seen(parts.clock().millis());
        witness.received(TransportKind.POLLING);
        park(again, client, seen.mode());
        witness.served(seen.observed());
        return true;
    }
}
