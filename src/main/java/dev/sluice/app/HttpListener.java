package dev.sluice.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * The public listener's limits below HTTP. Messages are bounded by the protocols, which can say what went wrong; these
 * bounds only keep a frame from growing without one.
 */
@Singleton
final class HttpListener implements HttpServerOptionsCustomizer {
    /** The longest agent message, with room for its envelope. */
    private static final int MAX_FRAME = (16 << 20) + (64 << 10);

    /** A socket on which nothing moves; pings keep a live WebSocket well below it. */
    private static final int IDLE_SECONDS = 60;

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setMaxWebSocketFrameSize(MAX_FRAME)
                .setMaxWebSocketMessageSize(MAX_FRAME)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpNoDelay(true);
    }
}
