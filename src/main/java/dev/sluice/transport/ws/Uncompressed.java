package dev.sluice.transport.ws;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** WebSockets without permessage-deflate, at a listener that offers it. */
public final class Uncompressed {
    private Uncompressed() {}

    /** The upgrade that is being answered negotiates no extension, whatever its client offers. On the connection's context. */
    public static void keep(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get(WebSocketServerExtensionHandler.class) != null) {
                pipeline.remove(WebSocketServerExtensionHandler.class);
            }
        }
    }
}
