package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over a real upgrade, since what is dropped is what Vert.x keeps of one. */
class UpgradeRemainsTest {
    private static final String LOCALHOST = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Promise<Left> left = Promise.promise();

    /** What is there before and after, and the first message that was read after. */
    private record Left(
            boolean idleBefore, boolean idleAfter, int headers, Object local, Future<String> firstMessage) {}

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void dropsWhatTheRequestLeftAndTheSocketWorksOn() throws Exception {
        HttpServer server = await(vertx.createHttpServer(
                        new HttpServerOptions().setHost(LOCALHOST).setPort(0).setIdleTimeout(60))
                .requestHandler(this::upgrade)
                .listen());
        WebSocketClient client = vertx.createWebSocketClient();
        await(client.connect(new WebSocketConnectOptions()
                        .setHost(LOCALHOST)
                        .setPort(server.actualPort())
                        .putHeader("Authorization", "Bearer secret"))
                .compose(socket -> socket.writeTextMessage("still here")));

        Left seen = await(left.future());
        assertThat(seen.idleBefore()).isTrue();
        assertThat(seen.idleAfter()).isFalse();
        assertThat(seen.headers()).isZero();
        assertThat(seen.local()).isNull();
        assertThat(await(seen.firstMessage())).isEqualTo("still here");
    }

    private void upgrade(HttpServerRequest request) {
        request.toWebSocket().onSuccess(socket -> {
            ContextInternal context = ContextInternal.current();
            context.putLocal("of", "the request");
            boolean idleBefore = idles(request);
            UpgradeRemains.drop(socket, request.connection(), context);
            left.complete(new Left(
                    idleBefore, idles(request), socket.headers().size(), context.getLocal("of"), firstMessage(socket)));
        });
    }

    private static boolean idles(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel().pipeline().get(IdleStateHandler.class) != null;
    }

    private static Future<String> firstMessage(ServerWebSocket socket) {
        Promise<String> read = Promise.promise();
        socket.textMessageHandler(read::tryComplete);
        return read.future();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
