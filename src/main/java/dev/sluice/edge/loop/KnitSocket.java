package dev.sluice.edge.loop;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.protocol.json.SocketLink;
import dev.sluice.transport.ws.WebSocketTransport;
import io.vertx.core.impl.ContextInternal;

/** A WebSocket as a protocol's connection sees it, kept on the socket's context. */
public final class KnitSocket implements SocketLink {
    private final WebSocketTransport transport;
    private final ContextInternal context;

    public KnitSocket(WebSocketTransport transport, ContextInternal context) {
        this.transport = transport;
        this.context = context;
    }

    public ContextInternal context() {
        return context;
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
    public void ping(int number) {
        transport.ping(number);
    }

    @Override
    public void hold() {
        transport.hold();
    }

    @Override
    public void close(Disconnect why) {
        transport.shut(why);
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
