package dev.sluice.edge.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.agent.AgentLink;
import dev.sluice.transport.ws.Inbound;
import dev.sluice.transport.ws.WebSocketTransport;
import io.vertx.core.impl.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Knits an agent's connection to its WebSocket, and keeps both on the socket's context. */
final class AgentSocket implements AgentLink, Inbound {
    private final WebSocketTransport transport;
    private final ContextInternal context;
    private final Visit visit;
    private final long openedAt;
    private final Consumer<AgentSocket> onClosed;
    private @Nullable AgentConnection connection;

    AgentSocket(
            WebSocketTransport transport,
            ContextInternal context,
            Visit visit,
            long openedAt,
            Consumer<AgentSocket> onClosed) {
        this.transport = transport;
        this.context = context;
        this.visit = visit;
        this.openedAt = openedAt;
        this.onClosed = onClosed;
    }

    void connect(AgentConnection to, int maxMessage) {
        connection = to;
        transport.read(this, maxMessage);
    }

    /** In milliseconds since the epoch. */
    long openedAt() {
        return openedAt;
    }

    Visit visit() {
        return visit;
    }

    ContextInternal context() {
        return context;
    }

    AgentConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public void message(Payload message) {
        connection().message(message);
    }

    @Override
    public void pong() {
        connection().pong();
        transport.roundTrip(connection().roundTripMillis());
    }

    @Override
    public void closed(int code) {
        Disconnect byUs = transport.closedFor();
        boolean byClient = byUs == null && code != WebSocketTransport.CUT;
        connection().closed(byClient ? Disconnect.NORMAL : byUs);
        onClosed.accept(this);
    }

    @Override
    public void control(Payload frame) {
        transport.control(frame);
    }

    @Override
    public boolean clogged() {
        return transport.clogged();
    }

    @Override
    public void onUnclogged(Runnable go) {
        transport.onUnclogged(go);
    }

    @Override
    public void pause() {
        transport.pause();
    }

    @Override
    public void resume() {
        transport.resume();
    }

    @Override
    public void ping() {
        transport.ping();
    }

    @Override
    public void close(Disconnect why) {
        transport.close(why);
    }

    @Override
    public void execute(Runnable task) {
        if (context.inThread()) {
            task.run();
        } else {
            context.runOnContext(hop -> task.run());
        }
    }
}
