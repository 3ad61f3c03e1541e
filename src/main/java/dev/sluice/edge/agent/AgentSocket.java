package dev.sluice.edge.agent;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.edge.loop.ByLoop;
import dev.sluice.edge.loop.KnitSocket;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.json.SocketLink;
import dev.sluice.transport.ws.Inbound;
import dev.sluice.transport.ws.WebSocketTransport;
import io.vertx.core.impl.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Knits an agent's connection to its WebSocket, and keeps both on the socket's context. */
final class AgentSocket extends ByLoop.Member implements Inbound {
    private final WebSocketTransport transport;
    private final KnitSocket link;
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
        this.link = new KnitSocket(transport, context);
        this.visit = visit;
        this.openedAt = openedAt;
        this.onClosed = onClosed;
    }

    void connect(AgentConnection to) {
        connection = to;
        transport.read(this);
    }

    /** In milliseconds since the epoch. */
    long openedAt() {
        return openedAt;
    }

    Visit visit() {
        return visit;
    }

    @Override
    public ContextInternal context() {
        return link.context();
    }

    SocketLink link() {
        return link;
    }

    AgentConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public void tick(long now) {
        connection().tick(now);
    }

    @Override
    public void message(Payload message) {
        connection().message(message);
    }

    @Override
    public void pong(int number) {
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

    /** Runs a task on the socket's context. Any thread. */
    void execute(Runnable task) {
        link.execute(task);
    }
}
