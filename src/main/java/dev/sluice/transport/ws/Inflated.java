package dev.sluice.transport.ws;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Stands behind the inflater: a message that does not fit in there is the client's, and ends its WebSocket with a word,
 * where anything else that goes wrong ends the connection.
 */
final class Inflated extends ChannelInboundHandlerAdapter {
    /** What the inflater says of it; it has no type of its own. */
    private static final String NO_ROOM = "Decompression buffer has reached maximum size";

    private int thisTurn;

    /** How many bytes came out of the inflater since the {@linkplain #nextTurn turn} began. */
    int thisTurn() {
        return thisTurn;
    }

    void nextTurn() {
        thisTurn = 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame) {
            thisTurn += frame.content().readableBytes();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        String why = cause instanceof DecompressionException ? cause.getMessage() : null;
        boolean tooBig = why != null && why.startsWith(NO_ROOM);
        ctx.fireExceptionCaught(
                tooBig
                        ? new CorruptedWebSocketFrameException(WebSocketCloseStatus.MESSAGE_TOO_BIG, why, cause)
                        : cause);
    }
}
