package dev.sluice.transport.ws;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Handler;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a WebSocket reads: puts the frames of one message together, answers pings, and tells of the end. Frames that were
 * read already while its reader is paused wait here, which are those of one read at most. On the socket's event loop.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5">RFC 6455 §5</a>
 */
final class FrameReader extends ChannelInboundHandlerAdapter implements Handler<WebSocketFrame> {
    private static final int NO_CODE = WebSocketCloseStatus.EMPTY.code();

    private final ContextInternal context;
    private final int maxMessage;
    private @Nullable WebSocketTransport transport;
    private @Nullable Inbound inbound;

    // ---- the message that is being read
    private @Nullable ByteBuf parts;
    private boolean text;

    // ---- held back
    private boolean paused;
    private @Nullable Queue<WebSocketFrame> waiting;

    /** What is said while something is read goes out at the end of that. */
    private boolean reading;

    private boolean toFlush;
    /** No message of its client's is taken any more: it was closed for what it sent, and has more of it on the way. */
    private boolean heardEnough;

    private int closedWith = WebSocketTransport.CUT;

    FrameReader(ContextInternal context, int maxMessage) {
        this.context = context;
        this.maxMessage = maxMessage;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        transport = new WebSocketTransport(ctx, this);
    }

    WebSocketTransport transport() {
        if (transport == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return transport;
    }

    /** Starts to tell of what is read. */
    void start(Inbound told) {
        inbound = told;
        drain();
    }

    // ---- frames

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            ReferenceCountUtil.release(message);
            return;
        }
        reading = true;
        if (paused || waiting != null || inbound == null) {
            if (waiting == null) {
                waiting = new ArrayDeque<>();
            }
            waiting.add(frame);
        } else {
            context.emit(frame, this);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        if (toFlush) {
            toFlush = false;
            ctx.flush();
        }
        ctx.fireChannelReadComplete();
    }

    /** Whether what is written now goes out with what else is said to this read. */
    boolean flushesLater() {
        toFlush |= reading;
        return reading;
    }

    @Override
    public void handle(WebSocketFrame frame) {
        try {
            take(frame, frame.content());
        } finally {
            frame.release();
        }
    }

    private void take(WebSocketFrame frame, ByteBuf content) {
        Inbound told = inbound;
        if (told == null) {
            return;
        }
        if (frame instanceof PingWebSocketFrame) {
            transport().pong(ByteBufUtil.getBytes(content));
        } else if (frame instanceof PongWebSocketFrame) {
            told.pong(
                    content.readableBytes() == Integer.BYTES ? content.getInt(content.readerIndex()) : Inbound.UNASKED);
        } else if (frame instanceof CloseWebSocketFrame close) {
            int code = close.statusCode();
            closedWith = code < 0 ? NO_CODE : code;
            transport().closedByClient(code);
        } else if (!heardEnough) {
            part(told, frame, content);
        }
    }

    /** One frame of a message, up to the bound. Order among them was looked at by the decoder. */
    private void part(Inbound told, WebSocketFrame frame, ByteBuf content) {
        ByteBuf before = parts;
        int length = (before == null ? 0 : before.readableBytes()) + content.readableBytes();
        if (length > maxMessage) {
            parts = null;
            transport().shut(Disconnect.TOO_BIG);
            return;
        }
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            text = frame instanceof TextWebSocketFrame;
            if (frame.isFinalFragment()) {
                told.message(new Payload(ByteBufUtil.getBytes(content), text));
                return;
            }
            before = Unpooled.buffer();
            parts = before;
        }
        if (before == null) {
            return;
        }
        before.writeBytes(content);
        if (frame.isFinalFragment()) {
            parts = null;
            told.message(new Payload(ByteBufUtil.getBytes(before), text));
        }
    }

    // ---- held back

    void pause() {
        paused = true;
        readMore(false);
    }

    void resume() {
        paused = false;
        if (waiting == null) {
            readMore(true);
        } else {
            // Not from within whoever resumes it: it may be paused again by the first of them.
            context.nettyEventLoop().execute(this::drain);
        }
    }

    private void drain() {
        while (!paused && waiting != null) {
            WebSocketFrame next = waiting.poll();
            if (next == null) {
                waiting = null;
                readMore(true);
            } else {
                context.emit(next, this);
            }
        }
    }

    private void readMore(boolean more) {
        Compression.hold(transport().channel(), !more);
    }

    // ---- the end

    /** It was closed by this side with that. */
    void closing(Disconnect why) {
        closedWith = why.code();
        if (why == Disconnect.TOO_BIG || why == Disconnect.PROTOCOL_ERROR || why == Disconnect.RATE_LIMITED) {
            heardEnough = true;
            Compression.heardEnough(transport().channel());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            context.emit(transport(), WebSocketTransport::unclogged);
        }
        ctx.fireChannelWritabilityChanged();
    }

    /** What broke the framing is the client's; anything else is the network's, and there is nobody to be told. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException broken) {
            transport().brokenBy(broken.closeStatus());
        } else {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (waiting != null) {
            waiting.forEach(ReferenceCountUtil::release);
            waiting = null;
        }
        transport().gone();
        Inbound told = inbound;
        if (told != null) {
            context.emit(told, to -> to.closed(closedWith));
        }
        ctx.fireChannelInactive();
    }
}
