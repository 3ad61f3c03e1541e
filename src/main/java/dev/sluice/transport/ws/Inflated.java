package dev.sluice.transport.ws;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the inflater: a message that does not fit in there is the client's, and ends its WebSocket with a word,
 * where anything else that goes wrong ends the connection.
 */
final class Inflated extends ChannelInboundHandlerAdapter {
    /** What the inflater says of it; it has no type of its own. */
    private static final String NO_ROOM = "Decompression buffer has reached maximum size";

    private @Nullable Runnable onTooBig;
    private boolean over;

    void onTooBig(Runnable told) {
        onTooBig = told;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // It is closing, and waits for its client to say so.
        if (over && !(message instanceof CloseWebSocketFrame)) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        String why = cause instanceof DecompressionException ? cause.getMessage() : null;
        Runnable told = onTooBig;
        if (told == null || why == null || !why.startsWith(NO_ROOM)) {
            ctx.fireExceptionCaught(cause);
        } else if (!over) {
            over = true;
            told.run();
        }
    }
}
