package dev.sluice.transport.ws;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands ahead of the inflater. What is read at once from one client may stand for a thousand of the longest messages:
 * they are inflated one in a turn of the event loop, so that everybody else there has theirs.
 */
final class Turns extends ChannelInboundHandlerAdapter {
    private final Inflated inflated;
    private final int mostPerTurn;
    private final ChannelConfig reading;
    private @Nullable Queue<Object> waiting;
    private boolean over;
    private boolean held;

    Turns(Channel channel, Inflated inflated, int mostPerTurn) {
        this.reading = channel.config();
        this.inflated = inflated;
        this.mostPerTurn = mostPerTurn;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (waiting == null && inflated.thisTurn() < mostPerTurn) {
            pass(ctx, message);
            return;
        }
        Queue<Object> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>();
            waiting = queue;
            scheduleTurn(ctx);
        }
        queue.add(message);
        // Each time: whoever paused and resumed the socket meanwhile knows nothing of what waits here.
        reading.setAutoRead(false);
    }

    /** Its reader takes nothing more, or goes on: while frames wait here, the listener's word of it would be undone. */
    void hold(boolean paused) {
        held = paused;
        if (!paused && waiting == null) {
            reading.setAutoRead(true);
        }
    }

    /** Whoever was closed for what it sent has more of it on the way, which nobody will read. */
    void heardEnough() {
        over = true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (waiting == null) {
            inflated.nextTurn();
        }
        ctx.fireChannelReadComplete();
    }

    /** By the clock, although it is due: a loop runs tasks of the other kind by the dozen before it looks at sockets. */
    private void scheduleTurn(ChannelHandlerContext ctx) {
        ctx.executor().schedule(() -> turn(ctx), 1, TimeUnit.MILLISECONDS);
    }

    private void turn(ChannelHandlerContext ctx) {
        inflated.nextTurn();
        while (waiting != null && inflated.thisTurn() < mostPerTurn) {
            Object next = waiting.poll();
            if (next != null) {
                pass(ctx, next);
                continue;
            }
            waiting = null;
            reading.setAutoRead(!held);
        }
        ctx.fireChannelReadComplete();
        if (waiting != null) {
            scheduleTurn(ctx);
        }
    }

    private void pass(ChannelHandlerContext ctx, Object message) {
        // The client's own close is waited for.
        if (over && !(message instanceof CloseWebSocketFrame)) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        letGo();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        letGo();
    }

    private void letGo() {
        if (waiting != null) {
            waiting.forEach(ReferenceCountUtil::release);
            waiting = null;
        }
    }
}
