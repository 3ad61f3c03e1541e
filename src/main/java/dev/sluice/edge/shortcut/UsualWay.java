package dev.sluice.edge.shortcut;

import dev.sluice.edge.http.Progress;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Sees what goes the usual way, behind the HTTP codec: which bytes were one whole request and nothing else, and how that
 * was answered. On the channel's event loop.
 */
final class UsualWay extends ChannelDuplexHandler {
    private final Shortcut shortcut;
    private final Progress progress;
    private @Nullable ChannelHandlerContext here;

    // ---- of what was read last
    /** What it looks like; null where it is more than a request's head, or less. */
    private @Nullable RequestHead claimed;

    private int requests;
    private boolean isThat;
    private boolean whole;
    private boolean learnt;

    // ---- of the last request, until it is answered
    private @Nullable HttpRequest asked;
    private @Nullable RequestHead head;
    /** Who asked for that, where it is somebody who asked before. */
    private @Nullable Regular returning;

    private Regular regular;

    UsualWay(Shortcut shortcut, Progress progress, Regular first) {
        this.shortcut = shortcut;
        this.progress = progress;
        this.regular = first;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        here = ctx;
    }

    void offered(Regular by) {
        returning = by.isLike(regular) ? by : null;
        regular = by;
    }

    /** The codec is about to be given some bytes, which look like that. */
    void comes(@Nullable RequestHead looksLike) {
        claimed = looksLike;
        requests = 0;
        isThat = false;
        whole = false;
        learnt = false;
    }

    /**
     * Whether what the codec was given last was one whole request and nothing else, whatever it had been given before: it
     * made that of it, and no other. Who sends a head in the midst of another, or of a body, is not to be taken for somebody
     * who begins anew.
     */
    boolean wasAll() {
        boolean all = requests == 1 && isThat && whole;
        if (!all) {
            head = null;
            if (learnt) {
                shortcut.learn(null);
            }
        }
        return all;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            begins(ctx, request);
        }
        if (message instanceof LastHttpContent) {
            whole = true;
        }
        ctx.fireChannelRead(message);
    }

    private void begins(ChannelHandlerContext ctx, HttpRequest request) {
        requests++;
        isThat = claimed != null && claimed.isThatOf(request);
        whole = false;
        asked = progress.isServing() ? null : request;
        head = claimed;
        returning = null;
        if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
            shortcut.leave(ctx.pipeline());
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (asked != null && message instanceof HttpResponse answer) {
            learn(asked, answer);
        }
        ctx.write(message, promise);
    }

    private void learn(HttpRequest request, HttpResponse answer) {
        RequestHead same = head;
        Regular by = returning;
        if (same != null && by != null) {
            shortcut.learn(BeatenPath.of(by, same, request, answer));
            learnt = true;
        }
        asked = null;
        head = null;
        returning = null;
    }

    /** Sends an answer to a request that did not come this way. */
    void write(FullHttpResponse answer) {
        if (here == null) {
            throw new IllegalStateException("not there");
        }
        here.writeAndFlush(answer);
    }
}
