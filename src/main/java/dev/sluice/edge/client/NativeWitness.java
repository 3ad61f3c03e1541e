package dev.sluice.edge.client;

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
import dev.sluice.edge.gate.Serving;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.protocol.sluice.SocketWitness;
import dev.sluice.rollout.decision.Decision;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells the observer what native clients live through, each under its client key over every transport, and the gate
 * whose WebSocket works. Any thread.
 */
final class NativeWitness {
    private static final String PROTOCOL = SluiceProtocol.NAME;
    private static final ConnectionObserver NOBODY = new ConnectionObserver() {};

    private final ConnectionObserver observer;
    private final RolloutGate gate;

    NativeWitness(ConnectionObserver observer, RolloutGate gate) {
        this.observer = observer;
        this.gate = gate;
    }

    private ObservedClient of(NativeClient client) {
        return of(client, client.decision());
    }

    private static ObservedClient of(NativeClient client, Decision decision) {
        Part part = RolloutGate.partOf(decision);
        return client.observedAs(part);
    }

    /** The gateway's own client is nobody that anything is counted of. */
    private ConnectionObserver observer(@Nullable NativeClient client) {
        return client != null && client.isProbe() ? NOBODY : observer;
    }

    // --- how a connection begins ---

    void tried(TransportKind transport, NativeClient client) {
        observer(client).tried(PROTOCOL, transport, of(client));
    }

    /** @param client null where nobody knows who it is */
    void refused(TransportKind transport, @Nullable NativeClient client, Throwable failure) {
        ProblemCode problem = FrameProblems.problemOf(failure).code();
        observer(client)
                .failed(PROTOCOL, transport, client == null ? null : of(client), problem.slug(), Fault.of(problem));
    }

    /** The upgrade was granted and did not happen. */
    void handshakeFailed(NativeClient client) {
        observer(client).failed(PROTOCOL, TransportKind.WEBSOCKET, of(client), "handshake", Fault.NETWORK);
    }

    /** A session was begun, or taken up, without a WebSocket. */
    void worksOverHttp(NativeClient client) {
        observer(client).working(PROTOCOL, TransportKind.POLLING, of(client));
    }

    /** It has a WebSocket, asked where to connect, and is expected there at once. */
    void negotiated(NativeClient client, Serving serving) {
        ObservedClient observed = of(client);
        observer(client).able(PROTOCOL, observed);
        if (serving.mode() == Mode.WEBSOCKET) {
            observer(client).offered(PROTOCOL, observed, Offer.ONCE);
        }
    }

    /**
     * An answer over HTTP, which names the WebSocket to a client that may use it. What the same answer said a moment ago
     * is no news.
     *
     * @param now in milliseconds
     */
    void told(NativeClient client, Serving serving, long now) {
        ObservedClient observed = of(client, serving.decision());
        if (!client.isNews(observed, serving.mode(), now)) {
            return;
        }
        observer(client).served(PROTOCOL, observed);
        if (serving.mode() == Mode.WEBSOCKET) {
            observer(client).offered(PROTOCOL, observed, Offer.WHILE_POLLING);
        }
    }

    void movedToWebSocket() {
        observer.switched(PROTOCOL, Mode.POLLING, Mode.WEBSOCKET, "offered");
    }

    void cameBack(Duration away) {
        observer.reconnected(PROTOCOL, away);
    }

    // --- what goes over it ---

    void received(TransportKind transport) {
        observer.received(PROTOCOL, transport);
    }

    void sent(TransportKind transport, int frames) {
        observer.sent(PROTOCOL, transport, frames);
    }

    /** A request over HTTP failed. {@code client} is null where nobody knows whose it was. */
    void failedOverHttp(@Nullable NativeClient client, Throwable failure) {
        observer(client)
                .error(
                        PROTOCOL,
                        TransportKind.POLLING,
                        client == null ? null : of(client),
                        FrameProblems.problemOf(failure).code());
    }

    /** What becomes of a client's WebSocket. */
    SocketWitness socketOf(NativeClient client) {
        return new OfSocket(client);
    }

    private final class OfSocket implements SocketWitness {
        private final NativeClient client;

        /** As it was told to be working: its end is that one's, whatever was decided since. */
        private volatile @Nullable ObservedClient worked;

        OfSocket(NativeClient client) {
            this.client = client;
        }

        @Override
        public void working() {
            ObservedClient observed = of(client);
            worked = observed;
            observer(client).working(PROTOCOL, TransportKind.WEBSOCKET, observed);
            if (client.key().own() && !client.isProbe()) {
                gate.webSocketWorked(client.key().value());
            }
        }

        @Override
        public void received() {
            observer(client).received(PROTOCOL, TransportKind.WEBSOCKET);
        }

        @Override
        public void sent() {
            observer(client).sent(PROTOCOL, TransportKind.WEBSOCKET, 1);
        }

        @Override
        public void error(ProblemCode problem) {
            observer(client).error(PROTOCOL, TransportKind.WEBSOCKET, of(client), problem);
        }

        @Override
        public void failed(@Nullable Disconnect byUs) {
            String reason = byUs == null ? "cut" : byUs.name().toLowerCase(Locale.ROOT);
            observer(client).failed(PROTOCOL, TransportKind.WEBSOCKET, of(client), reason, Fault.of(byUs));
            if (Fault.of(byUs) == Fault.NETWORK) {
                fellBack(byUs == null ? "cut" : "silent");
            }
        }

        @Override
        public void ended(@Nullable Disconnect why) {
            ObservedClient observed = worked;
            if (observed != null) {
                observer(client).ended(PROTOCOL, TransportKind.WEBSOCKET, observed, why);
            }
            if (why == Disconnect.SILENT) {
                fellBack("silent");
            }
        }

        /** A WebSocket that never came to work, or went silent: its client is served by polling for a while. */
        private void fellBack(String reason) {
            // A key that many share must not send all of them to polling.
            if (client.key().own() && !client.isProbe()) {
                gate.webSocketFailed(client.key().value());
                observer(client).fellBack(PROTOCOL, reason);
            }
        }
    }
}
