package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    private static final int LONGEST = 1 << 20;
    private static final int BOMB = 64 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Payload> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<WebSocketTransport> seated = new CompletableFuture<>();
    private final BlockingQueue<List<String>> handlers = new LinkedBlockingQueue<>();
    private final AtomicInteger longestInflated = new AtomicInteger();
    private HttpServer server;

    /** Behind the inflater, and before anything that looks at a message's length. */
    private final class Gauge extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof TextWebSocketFrame frame) {
                longestInflated.accumulateAndGet(frame.content().readableBytes(), Math::max);
            }
            ctx.fireChannelRead(message);
        }
    }

    /** Closes of its own accord where a message is too long. */
    private final class Taker implements Inbound {
        private final ChannelPipeline pipeline;

        Taker(HttpServerRequest request) {
            pipeline = ((ConnectionBase) request.connection()).channel().pipeline();
        }

        @Override
        public void message(Payload message) {
            arrived.add(message);
            // By now the handshake is through, and its handlers are in.
            handlers.add(pipeline.names());
        }

        @Override
        public void pong(int number) {}

        @Override
        public void closed(int code) {}
    }

    @BeforeEach
    void listen() throws Exception {
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> {
                    boolean compressed = !request.path().equals("/plain");
                    WebSocketHandshake.accept(request, LONGEST, compressed).onSuccess(transport -> {
                        ChannelPipeline pipeline = transport.channel().pipeline();
                        pipeline.addBefore(pipeline.context(FrameReader.class).name(), null, new Gauge());
                        transport.read(new Taker(request));
                        seated.complete(transport);
                    });
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private WebSocket connect(String path) throws Exception {
        return vertx.createWebSocketClient(new WebSocketClientOptions()
                        .setTryUsePerMessageCompression(true)
                        .setMaxFrameSize(2 * BOMB)
                        .setMaxMessageSize(2 * BOMB))
                .webSocket()
                .connect(server.actualPort(), "127.0.0.1", path)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    /** Whether what the last client sends is inflated. */
    private boolean inflates() throws Exception {
        return handlers.poll(10, TimeUnit.SECONDS).stream().anyMatch(name -> name.contains("PerMessageDeflateDecoder"));
    }

    private static String noise(int length) {
        Random random = new Random(7);
        StringBuilder noise = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            noise.append((char) ('!' + random.nextInt(90)));
        }
        return noise.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, LONGEST - 1, LONGEST})
    void messagesUpToTheLongestArriveHoweverWellTheyCompress(int length) throws Exception {
        WebSocket client = connect("/");
        for (String message : new String[] {"a".repeat(length), noise(length)}) {
            client.writeFrame(WebSocketFrame.textFrame(message, true));
            assertThat(arrived.poll(10, TimeUnit.SECONDS).asString()).isEqualTo(message);
            assertThat(inflates()).isTrue();
        }
    }

    @Test
    void aMessageInPartsIsInflatedPartByPart() throws Exception {
        WebSocket client = connect("/");

        client.writeFrame(WebSocketFrame.textFrame("a".repeat(1_000), false));
        client.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("b".repeat(1_000)), true));

        assertThat(arrived.poll(10, TimeUnit.SECONDS).asString()).isEqualTo("a".repeat(1_000) + "b".repeat(1_000));
    }

    @Test
    void fewBytesThatStandForManyCloseTheSocketBeforeTheyAreInflated() throws Exception {
        WebSocket client = connect("/");
        CompletableFuture<Short> closed = new CompletableFuture<>();
        client.closeHandler(gone -> closed.complete(client.closeStatusCode()));
        seated.get(10, TimeUnit.SECONDS);

        client.writeFrame(WebSocketFrame.textFrame("a".repeat(BOMB), true));

        assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo((short) Disconnect.TOO_BIG.code());
        assertThat(arrived).isEmpty();
        assertThat(longestInflated).hasValueLessThanOrEqualTo(2 * LONGEST);
    }

    @Test
    void noneIsNone() throws Exception {
        connect("/plain").writeTextMessage("a");

        assertThat(inflates()).isFalse();
    }
}
