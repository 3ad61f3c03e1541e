package dev.sluice.transport.ws;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.spi.context.storage.AccessMode;

/**
 * What Vert.x keeps of the upgrade's request for as long as the WebSocket lives, although nobody asks for it any more:
 * some 1.5 KiB, a fifth of an idle connection.
 */
public final class UpgradeRemains {
    private UpgradeRemains() {}

    /**
     * Lets go of it. Once, on the socket's context, after the handshake and after whatever the request says was read.
     *
     * <ul>
     *   <li>The request's headers.
     *   <li>The listener's idle timeout, which has a scheduled task of its own: a WebSocket is pinged and closed for its
     *       silence long before that, see {@code sluice.agents.silence}.
     *   <li>The locals of the request's context. They come anew where somebody sets one.
     * </ul>
     */
    public static void drop(ServerWebSocket socket, HttpConnection connection, ContextInternal context) {
        socket.headers().clear();
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get(IdleStateHandler.class) != null) {
                pipeline.remove(IdleStateHandler.class);
            }
        }
        context.removeLocal(ContextInternal.LOCAL_MAP, AccessMode.CONCURRENT);
    }
}
