package dev.sluice.edge.shortcut;

import static java.util.Objects.requireNonNull;

import dev.sluice.core.Mode;
import dev.sluice.edge.http.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way past the router for requests that are the one before over again, on the same connection. A long poll is little
 * else: to route it, to find out once more where it comes from and what its browser may read, and to put the same answer's
 * head together costs more than all that is done for it.
 *
 * <p>Sits behind the HTTP codec, before anything of Vert.x. It begins with the third request of a kind: the first two show
 * that there is somebody who comes again, and how they are answered. Whatever is in any way unusual goes the usual way, and
 * so does what is not answered 200. On the channel's event loop.
 */
public final class Shortcut extends ChannelDuplexHandler {
    private static final String NAME = "sluiceShortcut";

    private final ContextInternal context;
    private final Progress progress;
    private final ChannelHandlerContext encoder;
    private final @Nullable IdleStateHandler idle;
    private @Nullable ChannelHandlerContext here;

    /** The last request that went the usual way, until it is answered. */
    private @Nullable HttpRequest usual;

    /** Who asked for that, where it is somebody who asked before. */
    private @Nullable Regular returning;

    private Regular regular;
    private @Nullable BeatenPath path;
    /** The request that took the shortcut and is not answered. */
    private @Nullable Again serving;
    /** Of that request, which has no body, the end is to come. */
    private boolean awaitsEnd;
    /** What was sent behind a request that is not answered; nothing more is read meanwhile. */
    private final Queue<Object> behind = new ArrayDeque<>(0);

    private Shortcut(ContextInternal context, ChannelPipeline pipeline, Regular first) {
        this.context = context;
        this.progress = Progress.of(pipeline.channel());
        this.encoder = pipeline.context("httpEncoder");
        this.regular = first;
        this.idle = pipeline.get(IdleStateHandler.class);
    }

    /** That request may be a regular's, and comes the usual way. On its context, before it is answered. */
    public static void offer(RoutingContext routing, Regular regular) {
        if (!(routing.request().connection() instanceof ConnectionBase connection)) {
            return;
        }
        Channel channel = connection.channel();
        Shortcut shortcut = channel.pipeline().get(Shortcut.class);
        if (shortcut != null) {
            shortcut.offered(regular);
        } else if (isPlain(channel.pipeline())) {
            install(channel.pipeline(), ((ContextInternal) routing.vertx().getOrCreateContext()).unwrap(), regular);
        }
    }

    static Shortcut install(ChannelPipeline pipeline, ContextInternal context, Regular first) {
        Shortcut shortcut = new Shortcut(context, pipeline, first);
        // Behind what counts as idle; ahead of what matches each answer to a request that it saw.
        pipeline.addAfter(shortcut.idle == null ? "httpEncoder" : "idle", NAME, shortcut);
        return shortcut;
    }

    /** HTTP/1, and nobody between the codec and us who changes what is written. */
    private static boolean isPlain(ChannelPipeline pipeline) {
        return pipeline.get("httpDecoder") != null
                && pipeline.get("httpEncoder") != null
                && pipeline.get("deflater") == null;
    }

    void offered(Regular by) {
        returning = by.equals(regular) ? by : null;
        regular = by;
    }

    ContextInternal context() {
        return context;
    }

    boolean serves(Again again) {
        return serving == again;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        here = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (awaitsEnd && message instanceof LastHttpContent) {
            awaitsEnd = false;
            ReferenceCountUtil.release(message);
        } else if (serving != null) {
            hold(ctx, message);
        } else if (message instanceof HttpRequest request) {
            begins(ctx, request);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private void begins(ChannelHandlerContext ctx, HttpRequest request) {
        BeatenPath known = path;
        boolean alone = !progress.isServing();
        String query = known == null || !alone ? null : known.queryOf(request);
        if (query != null && comes(requireNonNull(known), query, request)) {
            return;
        }
        // Which answer belongs to which of several is not ours to know.
        usual = alone ? request : null;
        returning = null;
        if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
            ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(request);
    }

    private boolean comes(BeatenPath known, String query, HttpRequest request) {
        Again again = new Again(this, request);
        serving = again;
        awaitsEnd = true;
        progress.begun();
        ContextInternal before = context.beginDispatch();
        boolean taken = false;
        try {
            taken = known.regular.comes(query, again);
        } finally {
            context.endDispatch(before);
            if (!taken) {
                ended();
                awaitsEnd = false;
            }
        }
        return taken;
    }

    private void hold(ChannelHandlerContext ctx, Object message) {
        behind.add(message);
        ctx.channel().config().setAutoRead(false);
    }

    private void ended() {
        serving = null;
        progress.ended();
    }

    boolean answer(Again again, Mode mode, byte[] body, Consumer<Boolean> written) {
        BeatenPath known = path;
        if (serving != again || known == null) {
            written.accept(false);
            return false;
        }
        ByteBuf answer = known.answer(encoder.alloc(), mode, body);
        ended();
        if (idle != null) {
            idle.resetWriteTimeout();
        }
        encoder.writeAndFlush(answer).addListener(done -> written.accept(done.isSuccess()));
        goOn();
        return true;
    }

    void refuse(Again again, int status, String contentType, String body) {
        BeatenPath known = path;
        if (serving == again && known != null) {
            ended();
            requireNonNull(here).writeAndFlush(known.refusal(encoder.alloc(), status, contentType, body));
            goOn();
        }
    }

    void giveBack(Again again) {
        if (serving == again) {
            ended();
            boolean whole = !awaitsEnd;
            awaitsEnd = false;
            usual = null;
            ChannelHandlerContext ctx = requireNonNull(here);
            ctx.fireChannelRead(again.request);
            if (whole) {
                ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            goOn();
        }
    }

    /** Reads what came behind a request that is answered by now. */
    private void goOn() {
        if (behind.isEmpty()) {
            return;
        }
        ChannelHandlerContext ctx = requireNonNull(here);
        while (serving == null && !behind.isEmpty()) {
            channelRead(ctx, behind.remove());
        }
        if (behind.isEmpty()) {
            ctx.channel().config().setAutoRead(true);
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (usual != null && message instanceof HttpResponse answer) {
            learn(answer);
        }
        ctx.write(message, promise);
    }

    private void learn(HttpResponse answer) {
        HttpRequest asked = usual;
        Regular by = returning;
        if (asked != null && by != null) {
            path = BeatenPath.of(by, asked, answer);
        }
        usual = null;
        returning = null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Again again = serving;
        if (again != null) {
            ended();
            again.isGone();
        }
        behind.forEach(ReferenceCountUtil::release);
        behind.clear();
        ctx.fireChannelInactive();
    }
}
