package dev.sluice.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** The public listener's limits below HTTP; messages are bounded by the protocols, which can say what went wrong. */
@Singleton
final class HttpListener implements HttpServerOptionsCustomizer {
    /** A socket on which nothing moves; pings keep a live WebSocket well below it. */
    private static final int IDLE_SECONDS = 60;

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpNoDelay(true);
    }
}
