package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.ConnectionObserver.Offer;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.protocol.sluice.SocketWitness;
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

    /** The client as observers know it: the same over every transport, and by the decision that holds now. */
    private ObservedClient seen(NativeClient client) {
        return new ObservedClient(client.key().value(), client.vouchedBy(), client.address(), client.part());
    }

    /** The gateway's own client is nobody that anything is counted of. */
    private ConnectionObserver of(@Nullable NativeClient client) {
        return client != null && client.isProbe() ? NOBODY : observer;
    }

    // --- how a connection begins ---

    void tried(TransportKind transport, NativeClient client) {
        of(client).tried(PROTOCOL, transport, seen(client));
    }

    /** @param client null where nobody knows who it is */
    void refused(TransportKind transport, @Nullable NativeClient client, Throwable failure) {
        ProblemCode problem = FrameProblems.problemOf(failure).code();
        observer.failed(PROTOCOL, transport, client == null ? null : seen(client), problem.slug(), Fault.of(problem));
    }

    /** The upgrade was granted and did not happen. */
    void handshakeFailed(NativeClient client) {
        of(client).failed(PROTOCOL, TransportKind.WEBSOCKET, seen(client), "handshake", Fault.NETWORK);
    }

    /** A session was begun, or taken up, without a WebSocket. */
    void worksOverHttp(NativeClient client) {
        of(client).working(PROTOCOL, TransportKind.POLLING, seen(client));
    }

    /** A request over HTTP is served, and its answer names the WebSocket to a client that may use it. */
    void served(NativeClient client, Serving serving) {
        ObservedClient as = seen(client);
        of(client).served(PROTOCOL, as);
        if (serving.mode() == Mode.WEBSOCKET) {
            of(client).offered(PROTOCOL, as, Offer.WHILE_POLLING);
        }
    }

    /** A client with a WebSocket asked where to connect, and was told. */
    void directed(NativeClient client, Serving serving) {
        ObservedClient as = seen(client);
        of(client).able(PROTOCOL, as);
        if (serving.mode() == Mode.WEBSOCKET) {
            of(client).offered(PROTOCOL, as, Offer.ONCE);
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

    /** A request over HTTP failed; {@code client} is null where nobody knows whose. */
    void error(@Nullable NativeClient client, Throwable failure) {
        ProblemCode problem = FrameProblems.problemOf(failure).code();
        of(client).error(PROTOCOL, TransportKind.POLLING, client == null ? null : seen(client), problem);
    }

    /** What becomes of a client's WebSocket. */
    SocketWitness socketOf(NativeClient client) {
        return new OfSocket(client);
    }

    private final class OfSocket implements SocketWitness {
        private final NativeClient client;
        private final ObservedClient as;
        private final ConnectionObserver told;

        OfSocket(NativeClient client) {
            this.client = client;
            this.as = seen(client);
            this.told = of(client);
        }

        @Override
        public void working() {
            told.working(PROTOCOL, TransportKind.WEBSOCKET, as);
            if (client.key().own() && !client.isProbe()) {
                gate.webSocketWorked(as.key());
            }
        }

        @Override
        public void received() {
            told.received(PROTOCOL, TransportKind.WEBSOCKET);
        }

        @Override
        public void sent() {
            told.sent(PROTOCOL, TransportKind.WEBSOCKET, 1);
        }

        @Override
        public void error(ProblemCode problem) {
            told.error(PROTOCOL, TransportKind.WEBSOCKET, as, problem);
        }

        @Override
        public void failed(@Nullable Disconnect byUs) {
            boolean ours = byUs != null && byUs != Disconnect.SILENT;
            String reason = byUs == null ? "cut" : byUs.name().toLowerCase(Locale.ROOT);
            told.failed(PROTOCOL, TransportKind.WEBSOCKET, as, reason, Fault.of(byUs));
            if (!ours) {
                fellBack(byUs == null ? "cut" : "silent");
            }
        }

        @Override
        public void ended(@Nullable Disconnect why) {
            told.ended(PROTOCOL, TransportKind.WEBSOCKET, as, why);
            if (why == Disconnect.SILENT) {
                fellBack("silent");
            }
        }

        /** A WebSocket that never came to work, or went silent: its client is served by polling for a while. */
        private void fellBack(String reason) {
            // A key that many share must not send all of them to polling.
            if (client.key().own() && !client.isProbe()) {
                gate.webSocketFailed(as.key());
                told.fellBack(PROTOCOL, reason);
            }
        }
    }
}
