package dev.sluice.edge.shortcut;

import static java.util.Objects.requireNonNull;

import dev.sluice.core.Mode;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
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
 * The way past the HTTP codec and the router for requests that are the one before over again, on the same connection. A
 * long poll is little else: to parse and route it, to find out once more where it comes from and what its browser may read,
 * and to put the same answer's head together costs more than all that is done for it.
 *
 * <p>Sits ahead of the HTTP codec and compares bytes; {@link UsualWay} sits behind it, and learns. It begins with the third
 * request of a kind: the first two show that there is somebody who comes again, and how they are answered. Whatever is in
 * any way unusual goes the usual way, and so does what is not answered 200. On the channel's event loop.
 */
public final class Shortcut extends ChannelInboundHandlerAdapter {
    private static final String NAME = "sluiceShortcut";

    private final ContextInternal context;
    private final Progress progress;
    private final UsualWay usualWay;
    private final @Nullable IdleStateHandler idle;
    private @Nullable ChannelHandlerContext here;

    private @Nullable BeatenPath path;
    /** The request that took the shortcut and is not answered. */
    private @Nullable Again serving;
    /** What was sent behind a request that is not answered; nothing more is read meanwhile. */
    private final Queue<Object> behind = new ArrayDeque<>(0);
    /** Since what came last was one whole request, what comes next is the beginning of another one. */
    private boolean between;
    /** Those behind have seen something that came, as they have at the start, and are to hear that this was all for now. */
    private boolean passed = true;

    private Shortcut(ContextInternal context, ChannelPipeline pipeline, Regular first) {
        this.context = context;
        this.progress = Progress.of(pipeline.channel());
        this.idle = pipeline.get(IdleStateHandler.class);
        this.usualWay = new UsualWay(this, progress, first);
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
        pipeline.addBefore("httpDecoder", NAME, shortcut);
        // Behind what counts as idle; ahead of what matches each answer to a request that it saw.
        pipeline.addAfter(shortcut.idle == null ? "httpEncoder" : "idle", null, shortcut.usualWay);
        return shortcut;
    }

    /** HTTP/1, and nobody between the codec and us who changes what is written. */
    private static boolean isPlain(ChannelPipeline pipeline) {
        return pipeline.get("httpDecoder") != null
                && pipeline.get("httpEncoder") != null
                && pipeline.get("deflater") == null;
    }

    void offered(Regular by) {
        usualWay.offered(by);
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
        if (serving != null) {
            behind.add(message);
            ctx.channel().config().setAutoRead(false);
        } else if (message instanceof ByteBuf read && comes(read)) {
            read.release();
        } else {
            passOn(ctx, message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (passed) {
            passed = false;
            ctx.fireChannelReadComplete();
        }
    }

    // ---- the usual way

    private void passOn(ChannelHandlerContext ctx, Object message) {
        passed = true;
        RequestHead head = message instanceof ByteBuf read ? RequestHead.of(read) : null;
        usualWay.comes(head);
        ctx.fireChannelRead(message);
        between = usualWay.wasAll();
    }

    /** From now on requests like that one are known. */
    void learn(@Nullable BeatenPath beaten) {
        path = beaten;
    }

    /** The connection is to be another protocol's. */
    void leave(ChannelPipeline pipeline) {
        pipeline.remove(usualWay);
        pipeline.remove(this);
    }

    // ---- the shortcut

    private boolean comes(ByteBuf read) {
        BeatenPath known = path;
        // Which answer belongs to which of several is not ours to know.
        if (known == null || !between || progress.isServing()) {
            return false;
        }
        String query = known.request.queryOf(read);
        return query != null && comes(known, query);
    }

    private boolean comes(BeatenPath known, String query) {
        Again again = new Again(this, known, query);
        serving = again;
        progress.begun();
        if (idle != null) {
            idle.resetReadTimeout();
        }
        ContextInternal before = context.beginDispatch();
        boolean taken = false;
        try {
            taken = known.regular.comes(query, again);
        } finally {
            context.endDispatch(before);
            if (!taken) {
                ended();
            }
        }
        return taken;
    }

    private void ended() {
        serving = null;
        progress.ended();
    }

    boolean answer(Again again, Mode mode, Body body, Consumer<Boolean> written) {
        if (serving != again) {
            written.accept(false);
            return false;
        }
        ChannelHandlerContext ctx = requireNonNull(here);
        ByteBuf answer = again.known.answer(ctx.alloc(), mode, body);
        ended();
        if (idle != null) {
            idle.resetWriteTimeout();
        }
        ChannelFuture sent = ctx.writeAndFlush(answer);
        if (sent.isDone()) {
            // As nearly always: the socket took it.
            written.accept(sent.isSuccess());
        } else {
            sent.addListener(done -> written.accept(done.isSuccess()));
        }
        goOn();
        return true;
    }

    void refuse(Again again, int status, String contentType, String body) {
        if (serving == again) {
            ended();
            usualWay.write(again.known.refusal(requireNonNull(here).alloc(), status, contentType, body));
            goOn();
        }
    }

    void giveBack(Again again) {
        if (serving == again) {
            ended();
            passOn(requireNonNull(here), again.known.request.with(again.query));
            goOn();
        }
    }

    /** Reads what came behind a request that is answered by now. */
    private void goOn() {
        ChannelHandlerContext ctx = requireNonNull(here);
        if (!behind.isEmpty()) {
            while (serving == null && !behind.isEmpty()) {
                channelRead(ctx, behind.remove());
            }
            if (behind.isEmpty()) {
                ctx.channel().config().setAutoRead(true);
            }
        }
        channelReadComplete(ctx);
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
