package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.edge.http.Progress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections of the public listener on which no whole request head comes in time. The listener's idle timeout
 * counts bytes: whoever sends one now and then would hold a descriptor for days, and needs no token for it.
 *
 * <p>What becomes of a request once its head is there is not looked at; bodies and WebSockets have deadlines of their
 * own. Nothing here costs a timer per connection: each event loop looks at its own channels a few times per deadline.
 */
@Singleton
final class SlowSockets {
    private static final int LOOKS_PER_DEADLINE = 6;

    private final Vertx vertx;
    private final Duration timeout;
    /** The public listener's, which alone tells of its requests; where it was any free one, known from the first. */
    private volatile int port = -1;

    SlowSockets(Vertx vertx, SluiceConfig config) {
        this.vertx = vertx;
        this.timeout = config.limits().requestTimeout();
    }

    void mount(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::begun);
    }

    void start(@Observes StartupEvent event) {
        long every = Math.max(1, timeout.toMillis() / LOOKS_PER_DEADLINE);
        for (EventExecutor executor : ((VertxInternal) vertx).getEventLoopGroup()) {
            if (executor instanceof SingleThreadEventLoop loop) {
                loop.scheduleWithFixedDelay(() -> look(loop), every, every, TimeUnit.MILLISECONDS);
            }
        }
    }

    void listening(@ObservesAsync HttpServerStart event) {
        port = event.options().getPort();
    }

    private void begun(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        // An upgrade's head is there, and what is not asked for any more costs memory for as long as the socket lives.
        boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
        if (!upgrade && request.connection() instanceof ConnectionBase connection) {
            port = request.localAddress().port();
            Progress progress = Progress.of(connection.channel());
            progress.begun();
            routing.addEndHandler(answered -> progress.ended());
        }
        routing.next();
    }

    private void look(SingleThreadEventLoop loop) {
        List<Channel> late = new ArrayList<>();
        for (Iterator<Channel> channels = loop.registeredChannelsIterator(); channels.hasNext(); ) {
            Channel channel = channels.next();
            if (isOurs(channel)
                    && !upgraded(channel.pipeline())
                    && Progress.of(channel).quietNanos() >= timeout.toNanos()) {
                late.add(channel);
            }
        }
        late.forEach(Channel::close);
    }

    private boolean isOurs(Channel channel) {
        return channel.parent() != null
                && channel.localAddress() instanceof InetSocketAddress address
                && address.getPort() == port;
    }

    /** A WebSocket or HTTP/2: Vert.x took the HTTP/1 decoder out. Before the first byte there is no handler either. */
    private static boolean upgraded(ChannelPipeline pipeline) {
        return pipeline.get("handler") != null && pipeline.get("httpDecoder") == null;
    }
}
