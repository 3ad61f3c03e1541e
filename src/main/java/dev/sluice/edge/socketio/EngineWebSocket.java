package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineSocket;
import dev.sluice.transport.ws.Inbound;
import dev.sluice.transport.ws.WebSocketTransport;
import java.util.List;

/** A WebSocket of an engine connection: hands what it reads to the connection's home, and writes what comes from there. */
final class EngineWebSocket implements Inbound, EngineSocket {
    /** A packet of the application's begins with it; the others are the protocol's own and cost nothing. */
    private static final byte MESSAGE = '4';

    private final WebSocketTransport transport;
    private final EngineConnection connection;
    private final EngineClient client;
    private final EngineWitness witness;

    EngineWebSocket(WebSocketTransport transport, EngineClient client, EngineWitness witness) {
        this.transport = transport;
        this.client = client;
        this.connection = client.connection();
        this.witness = witness;
    }

    /** Starts reading. On the socket's context. */
    void read() {
        transport.boundTo(connection.home());
        transport.onWritable(Lane.MAILBOX, () -> connection.writable(this));
        transport.read(this);
    }

    // ---- inward, on the socket's context

    @Override
    public void message(Payload message) {
        witness.received(transport.kind());
        boolean counts = !message.text() || message.size() > 0 && message.bytes()[0] == MESSAGE;
        if (counts && !client.budget().tryConsume(1)) {
            connection.home().execute(() -> connection.refused(this, Disconnect.RATE_LIMITED));
            return;
        }
        connection.home().execute(() -> connection.message(this, message));
    }

    @Override
    public void pong(int number) {
        // Engine.IO has pings of its own.
    }

    @Override
    public void closed(int code) {
        Disconnect byUs = transport.closedFor();
        Disconnect why = byUs == null && code != WebSocketTransport.CUT ? Disconnect.NORMAL : byUs;
        connection.home().execute(() -> connection.socketGone(this, why));
    }

    // ---- outward, on the connection's home

    @Override
    public boolean writable() {
        return transport.writable();
    }

    @Override
    public void send(List<Payload> packets, Completion done) {
        transport.send(new Batch(packets, 0), done);
    }

    @Override
    public void send(Payload packet, Completion done) {
        transport.send(packet, 0, done);
    }

    @Override
    public void close(Disconnect why) {
        transport.close(why);
    }
}
