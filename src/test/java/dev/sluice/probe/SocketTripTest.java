package dev.sluice.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.Broker;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the built-in client shows at the door. */
class SocketTripTest {
    private static final String LOCALHOST = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Promise<MultiMap> shown = Promise.promise();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    /** Where the gateway has a public address, that of the loopback is another page's. */
    @Test
    void saysWhoItIsAndNamesNoOrigin() throws Exception {
        HttpServer server = await(vertx.createHttpServer(
                        new HttpServerOptions().setHost(LOCALHOST).setPort(0))
                .requestHandler(request -> {
                    shown.tryComplete(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
                    request.response().setStatusCode(403).end();
                })
                .listen());
        Loopback way = new Loopback(
                vertx.createHttpClient(), vertx.createWebSocketClient(), LOCALHOST, server::actualPort, "secret");

        new SocketTrip(way, unasked(), new ChannelName("c"), "word").go();

        MultiMap headers = await(shown.future());
        assertThat(headers.get("Authorization")).isEqualTo("Bearer secret");
        assertThat(headers.get("Origin")).isNull();
    }

    private static Broker unasked() {
        return (Broker) Proxy.newProxyInstance(
                Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("it was refused at the door");
                });
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
