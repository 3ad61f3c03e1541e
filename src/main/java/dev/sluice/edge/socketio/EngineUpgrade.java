package dev.sluice.edge.socketio;

import dev.sluice.core.Mode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Gate.Admission;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.Headers;
import dev.sluice.edge.socketio.EngineClient.Handshake;
import dev.sluice.edge.socketio.EngineDesk.Begins;
import dev.sluice.protocol.engineio.EngineErrors;
import dev.sluice.transport.ws.WebSocketHandshake;
import dev.sluice.transport.ws.WebSocketTransport;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** WebSockets of Engine.IO clients: one that begins a connection, or one that is to take over from polling. */
final class EngineUpgrade {
    private final FrontDoor door;
    private final SocketIoParts parts;
    private final EngineDesk desk;
    private final EngineWitness witness;

    EngineUpgrade(FrontDoor door, SocketIoParts parts, EngineDesk desk, EngineWitness witness) {
        this.door = door;
        this.parts = parts;
        this.desk = desk;
        this.witness = witness;
    }

    /** Without a session: outside the rollout it is refused as every WebSocket is. */
    void begin(Call call, Handshake shown, boolean echoes) {
        admit(call.routing(), shown);
        Runnable countOut = parts.newcomers().countIn(EngineRoute.accountOf(shown), shown.address());
        toWebSocket(
                call.routing().request(),
                socket -> {
                    EngineClient client = desk.open(shown, Begins.WEBSOCKET, echoes, countOut);
                    client.triesWebSocket();
                    EngineWebSocket knit = new EngineWebSocket(socket, client, witness);
                    client.connection().begin(knit);
                    client.connection().send(desk.openPacket(client));
                    knit.read();
                    desk.opened(client);
                },
                () -> {
                    countOut.run();
                    witness.handshakeFailed(shown);
                });
    }

    /** With a session: its polling goes on until the client says that the WebSocket works. */
    void probe(RoutingContext routing, EngineClient client) {
        client.triesWebSocket();
        witness.tried(TransportKind.WEBSOCKET, client.handshake());
        try {
            parts.newcomers().check(routing.request(), door.originOf(routing.request()));
            admit(routing, client.handshake());
        } catch (SluiceException refused) {
            witness.refused(TransportKind.WEBSOCKET, client.handshake(), refused);
            throw refused;
        }
        if (client.connection().isClosed()) {
            EngineAnswers.refuseUpgrade(routing.response(), EngineErrors.SID_UNKNOWN);
            return;
        }
        client.connection().expectProbe(true);
        toWebSocket(
                routing.request(),
                socket -> {
                    EngineWebSocket knit = new EngineWebSocket(socket, client, witness);
                    client.home().execute(() -> client.connection().probe(knit));
                    knit.read();
                },
                () -> {
                    client.connection().expectProbe(false);
                    witness.handshakeFailed(client.handshake());
                });
    }

    private void admit(RoutingContext routing, Handshake shown) {
        Admission admission = parts.gate().admitNow(EngineClient.applicant(shown));
        if (admission.refusal() != null) {
            Headers.tellMode(routing.response(), Mode.POLLING);
            throw new SluiceException(admission.refusal());
        }
    }

    private void toWebSocket(HttpServerRequest request, Consumer<WebSocketTransport> then, Runnable failed) {
        // No compression, as the reference does by default. Clients in Node compress on another thread: the packet that
        // ends polling would be here after their next request.
        WebSocketHandshake.accept(request, parts.options().engine().maxPayload(), false)
                .onSuccess(then::accept)
                .onFailure(failure -> failed.run());
    }
}
