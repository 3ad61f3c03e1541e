package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.ConnectionObserver.Offer;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.socketio.EngineClient.Handshake;
import dev.sluice.protocol.engineio.EngineObserver;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.socketio.SocketIoConnection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells the observer what Socket.IO clients live through: every handshake, every WebSocket that was offered, probed,
 * worked, failed or ended. Any thread.
 */
final class EngineWitness {
    private static final String PROTOCOL = SocketIoConnection.NAME;

    private final ConnectionObserver observer;
    private final RolloutGate gate;

    EngineWitness(ConnectionObserver observer, RolloutGate gate) {
        this.observer = observer;
        this.gate = gate;
    }

    private ObservedClient of(Handshake client) {
        return of(client, gate);
    }

    /** Users and holders of tokens are vouched for; of others only the address is certain. */
    static ObservedClient of(Handshake client, RolloutGate gate) {
        Part part = RolloutGate.partOf(gate.decide(EngineClient.applicant(client)));
        String vouchedBy =
                client.identity().anonymous() ? null : client.identity().owner();
        return new ObservedClient(client.key().value(), vouchedBy, client.address(), part);
    }

    void tried(TransportKind transport, Handshake client) {
        observer.tried(PROTOCOL, transport, of(client));
    }

    /** @param client null where nobody knows who it is */
    void refused(TransportKind transport, @Nullable Handshake client, Throwable failure) {
        ProblemCode problem = FrameProblems.problemOf(failure).code();
        observer.failed(PROTOCOL, transport, client == null ? null : of(client), problem.slug(), Fault.of(problem));
    }

    /** The upgrade was granted and did not happen. */
    void handshakeFailed(Handshake client) {
        observer.failed(PROTOCOL, TransportKind.WEBSOCKET, of(client), "handshake", Fault.NETWORK);
    }

    /** It polls. Where it was offered WebSocket its library probes at once, so it is expected to. */
    void pollingBegan(Handshake client) {
        ObservedClient observed = of(client);
        observer.working(PROTOCOL, TransportKind.POLLING, observed);
        if (client.told() == Mode.WEBSOCKET) {
            observer.offered(PROTOCOL, observed, Offer.UPGRADE);
        }
    }

    void received(TransportKind transport) {
        observer.received(PROTOCOL, transport);
    }

    void sent(TransportKind transport, int packets) {
        observer.sent(PROTOCOL, transport, packets);
    }

    void served(ObservedClient client) {
        observer.served(PROTOCOL, client);
    }

    void error(TransportKind transport, @Nullable EngineClient client, ProblemCode problem) {
        observer.error(PROTOCOL, transport, client == null ? null : of(client.handshake()), problem);
    }

    /** What becomes of a client's connection. */
    EngineObserver of(Handshake client, boolean beganWithSocket) {
        return new Life(client, beganWithSocket);
    }

    private final class Life implements EngineObserver {
        private final Handshake client;
        private final boolean beganWithSocket;
        /** As it was told to be working: its end is that one's, whatever was decided since. */
        private @Nullable ObservedClient worked;

        Life(Handshake client, boolean beganWithSocket) {
            this.client = client;
            this.beganWithSocket = beganWithSocket;
        }

        @Override
        public void webSocketWorks() {
            ObservedClient observed = of(client);
            worked = observed;
            observer.working(PROTOCOL, TransportKind.WEBSOCKET, observed);
            if (!beganWithSocket) {
                observer.switched(PROTOCOL, Mode.POLLING, Mode.WEBSOCKET, "offered");
            }
            if (client.key().own()) {
                gate.webSocketWorked(client.key().value());
            }
        }

        @Override
        public void webSocketFailed(@Nullable Disconnect why) {
            String reason = why == null ? "cut" : why.name().toLowerCase(Locale.ROOT);
            observer.failed(PROTOCOL, TransportKind.WEBSOCKET, of(client), reason, Fault.of(why));
            if (Fault.of(why) == Fault.NETWORK) {
                fellBack(why == null ? "cut" : "silent");
            }
        }

        @Override
        public void webSocketEnded(@Nullable Disconnect why) {
            ObservedClient observed = worked;
            if (observed != null) {
                observer.ended(PROTOCOL, TransportKind.WEBSOCKET, observed, why);
            }
            if (why == Disconnect.SILENT) {
                fellBack("silent");
            }
        }

        private void fellBack(String reason) {
            // A key that many share must not send all of them to polling.
            if (client.key().own()) {
                gate.webSocketFailed(client.key().value());
                observer.fellBack(PROTOCOL, reason);
            }
        }
    }
}
