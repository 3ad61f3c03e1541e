package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.edge.loop.KnitSocket;
import dev.sluice.protocol.sluice.SluiceConnection;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.transport.ws.Inbound;
import dev.sluice.transport.ws.WebSocketTransport;
import io.vertx.core.impl.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A native client's WebSocket: knits its connection to it, and shows it to the drain. On the socket's context. */
final class NativeSocket extends NativeConnection implements Inbound {
    private static final int CUT = 1006;

    private final WebSocketTransport transport;
    private final KnitSocket link;
    private final NativeClient client;
    private final long openedAt;
    private final Consumer<NativeSocket> onClosed;
    private @Nullable SluiceConnection connection;

    NativeSocket(
            WebSocketTransport transport,
            KnitSocket link,
            NativeClient client,
            long openedAt,
            Consumer<NativeSocket> onClosed) {
        this.transport = transport;
        this.link = link;
        this.client = client;
        this.openedAt = openedAt;
        this.onClosed = onClosed;
    }

    void connect(SluiceConnection to) {
        connection = to;
        transport.read(this);
    }

    SluiceConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public NativeClient client() {
        return client;
    }

    @Override
    public ContextInternal context() {
        return link.context();
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
        connection().pong(number);
        transport.roundTrip(connection().roundTripMillis());
    }

    @Override
    public void closed(int code) {
        connection().closed(transport.closedFor(), code == CUT);
        onClosed.accept(this);
    }

    @Override
    public void leave(Disconnect why) {
        connection().leave(why);
    }

    @Override
    public Mode mode() {
        return Mode.WEBSOCKET;
    }

    @Override
    public boolean reachable() {
        return connection().reachable();
    }

    @Override
    public long connectedAt() {
        return openedAt;
    }

    @Override
    public boolean move(Farewell farewell) {
        return connection().moveAway(farewell.why(), farewell.to(), farewell.reason(), farewell.patience());
    }
}
