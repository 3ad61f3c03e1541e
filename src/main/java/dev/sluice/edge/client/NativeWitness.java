package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ConnectionObserver;
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

    private final ConnectionObserver observer;
    private final RolloutGate gate;

    NativeWitness(ConnectionObserver observer, RolloutGate gate) {
        this.observer = observer;
        this.gate = gate;
    }

    private static String keyOf(@Nullable NativeClient client) {
        return client == null ? "" : client.key().value();
    }

    // --- how a connection begins ---

    void tried(TransportKind transport, NativeClient client) {
        observer.tried(PROTOCOL, transport, keyOf(client));
    }

    /** @param client null where nobody knows who it is */
    void refused(TransportKind transport, @Nullable NativeClient client, Throwable failure) {
        SluiceException problem = FrameProblems.problemOf(failure);
        boolean ours = failure instanceof SluiceException;
        observer.failed(PROTOCOL, transport, keyOf(client), problem.code().slug(), ours);
    }

    /** The upgrade was granted and did not happen. */
    void handshakeFailed(NativeClient client) {
        observer.failed(PROTOCOL, TransportKind.WEBSOCKET, keyOf(client), "handshake", false);
    }

    /** A session was begun, or taken up, without a WebSocket. */
    void worksOverHttp(NativeClient client) {
        observer.working(PROTOCOL, TransportKind.POLLING, keyOf(client));
    }

    /** An answer names the WebSocket to a client that may use it. */
    void told(NativeClient client, Serving serving) {
        if (serving.mode() == Mode.WEBSOCKET) {
            observer.offered(PROTOCOL, keyOf(client));
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

    /** A request over HTTP failed. */
    void error(Throwable failure) {
        observer.error(
                TransportKind.POLLING, FrameProblems.problemOf(failure).code().slug());
    }

    /** What becomes of a client's WebSocket. */
    SocketWitness socketOf(NativeClient client) {
        return new OfSocket(client);
    }

    private final class OfSocket implements SocketWitness {
        private final NativeClient client;

        OfSocket(NativeClient client) {
            this.client = client;
        }

        @Override
        public void working() {
            observer.working(PROTOCOL, TransportKind.WEBSOCKET, keyOf(client));
            if (client.key().own()) {
                gate.webSocketWorked(keyOf(client));
            }
        }

        @Override
        public void received() {
            observer.received(PROTOCOL, TransportKind.WEBSOCKET);
        }

        @Override
        public void sent() {
            observer.sent(PROTOCOL, TransportKind.WEBSOCKET, 1);
        }

        @Override
        public void error(ProblemCode problem) {
            observer.error(TransportKind.WEBSOCKET, problem.slug());
        }

        @Override
        public void failed(@Nullable Disconnect byUs) {
            boolean ours = byUs != null && byUs != Disconnect.SILENT;
            String reason = byUs == null ? "cut" : byUs.name().toLowerCase(Locale.ROOT);
            observer.failed(PROTOCOL, TransportKind.WEBSOCKET, keyOf(client), reason, ours);
            if (!ours) {
                fellBack(byUs == null ? "cut" : "silent");
            }
        }

        @Override
        public void ended(@Nullable Disconnect why) {
            Disconnect said = why == null ? Disconnect.NORMAL : why;
            observer.ended(PROTOCOL, TransportKind.WEBSOCKET, keyOf(client), said);
            if (why == Disconnect.SILENT) {
                fellBack("silent");
            }
        }

        /** A WebSocket that never came to work, or went silent: its client is served by polling for a while. */
        private void fellBack(String reason) {
            // A key that many share must not send all of them to polling.
            if (client.key().own()) {
                gate.webSocketFailed(keyOf(client));
                observer.fellBack(PROTOCOL, reason);
            }
        }
    }
}
