package dev.sluice.transport.ws;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilterProvider;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * permessage-deflate as this house negotiates it, in place of what the listener would. The listener's inflates a message
 * whatever comes of it, and looks at its length afterwards: some kilobytes that stand for a gigabyte would keep an event
 * loop busy for minutes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692">RFC 7692</a>
 */
final class Compression {
    private static final int LEVEL = 6;
    private static final String NEGOTIATION = "sluiceCompression";

    private Compression() {}

    /**
     * Agrees on the compression that the client offers in the upgrade that is about to be answered, and lets nothing be
     * inflated that is much longer than a message may be. On the connection's context.
     *
     * @return whether there is any
     */
    static boolean agree(int maxMessage, HttpServerRequest request, ChannelPipeline pipeline) {
        String offered = request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        if (offered != null) {
            negotiate(pipeline, offered, maxMessage);
        }
        return pipeline.get(WebSocketServerExtensionHandler.class) != null;
    }

    /** The listener has its own only where Vert.x was told so; Quarkus tells it not to. On the connection's context. */
    static void none(ChannelPipeline pipeline) {
        if (pipeline.get(WebSocketServerExtensionHandler.class) != null) {
            pipeline.remove(WebSocketServerExtensionHandler.class);
        }
    }

    private static void negotiate(ChannelPipeline pipeline, String offered, int maxMessage) {
        WebSocketServerExtensionHandler negotiation =
                new WebSocketServerExtensionHandler(new PerMessageDeflateServerExtensionHandshaker(
                        LEVEL,
                        ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
                        PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                        false,
                        false,
                        WebSocketExtensionFilterProvider.DEFAULT,
                        room(maxMessage)));
        ChannelInboundHandlerAdapter end = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object read) {
                // The listener has read the request.
            }
        };
        pipeline.addBefore("handler", NEGOTIATION, negotiation);
        Inflated inflated = new Inflated();
        pipeline.addBefore(NEGOTIATION, null, new Turns(pipeline.channel(), inflated, maxMessage));
        pipeline.addAfter(NEGOTIATION, null, inflated);
        pipeline.addAfter(NEGOTIATION, null, end);
        try {
            negotiation.channelRead(pipeline.context(negotiation), offer(offered));
        } catch (Exception malformed) {
            // What cannot be read is not agreed on.
            pipeline.remove(negotiation);
        } finally {
            pipeline.remove(end);
        }
    }

    /** The decoder wants as much room again as there may be left to inflate, so the longest message needs twice its own. */
    static int room(int maxMessage) {
        return (int) Math.min(Integer.MAX_VALUE, 2L * maxMessage);
    }

    private static HttpRequest offer(String extensions) {
        HttpRequest offer = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        offer.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, extensions);
        return offer;
    }

    /** The socket's reader pauses, or goes on. On the socket's event loop. */
    static void hold(Channel channel, boolean paused) {
        @Nullable Turns turns = channel.pipeline().get(Turns.class);
        if (turns != null) {
            turns.hold(paused);
        }
        if (turns == null || paused) {
            channel.config().setAutoRead(!paused);
        }
    }

    /** No message is taken any more. On the socket's event loop. */
    static void heardEnough(Channel channel) {
        @Nullable Turns turns = channel.pipeline().get(Turns.class);
        if (turns != null) {
            turns.heardEnough();
        }
    }
}
