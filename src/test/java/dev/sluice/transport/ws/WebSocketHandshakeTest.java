package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.transport.ws.RawWebSocket.Frame;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a real connection, byte by byte: from the request to the last frame. */
class WebSocketHandshakeTest {
    private static final int LONGEST = 1_000;
    private static final long PATIENCE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<WebSocketTransport> seated = new CompletableFuture<>();
    private final CompletableFuture<Throwable> refused = new CompletableFuture<>();
    private final CompletableFuture<Object> localLeft = new CompletableFuture<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private RawWebSocket client;

    private final class Taker implements Inbound {
        @Override
        public void message(Payload message) {
            heard.add(message.asString());
        }

        @Override
        public void pong(int number) {
            heard.add(number);
        }

        @Override
        public void closed(int code) {
            closed.complete(code);
        }
    }

    @BeforeEach
    void connect() throws Exception {
        int port = await(vertx.createHttpServer(new HttpServerOptions()
                                .setHost("127.0.0.1")
                                .setPort(0)
                                .setIdleTimeout(60))
                        .requestHandler(this::upgrade)
                        .listen())
                .actualPort();
        client = new RawWebSocket(port);
    }

    private void upgrade(HttpServerRequest request) {
        ContextInternal.current().putLocal("of", "the request");
        request.response().putHeader("X-Of", "the house");
        WebSocketHandshake.accept(request, LONGEST, false)
                .onSuccess(transport -> {
                    transport.read(new Taker());
                    localLeft.complete(
                            String.valueOf((Object) ContextInternal.current().getLocal("of")));
                    seated.complete(transport);
                })
                .onFailure(refused::complete);
    }

    @AfterEach
    void hangUp() throws Exception {
        client.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private @Nullable Object next() throws InterruptedException {
        return heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private WebSocketTransport open() throws Exception {
        client.write(RawWebSocket.handshake());
        client.readHead();
        return seated.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    // ---- the request

    @Test
    void theAnswerIsThatOfTheSpecificationsExampleAndHasNoLength() throws Exception {
        client.write(RawWebSocket.handshake());

        assertThat(client.readHead().toLowerCase(Locale.ROOT).lines())
                .contains(
                        "http/1.1 101 switching protocols",
                        "upgrade: websocket",
                        "connection: upgrade",
                        "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
                        "x-of: the house")
                .noneMatch(line -> line.startsWith("content-length") || line.startsWith("transfer-encoding"));
    }

    @Test
    void nothingOfHttpStays() throws Exception {
        ChannelPipeline pipeline = open().channel().pipeline();

        assertThat(pipeline.names()).noneMatch(name -> name.startsWith("http"));
        assertThat(pipeline.get(IdleStateHandler.class)).isNull();
        assertThat(localLeft.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("null");
    }

    @Test
    void framesThatComeWithTheRequestAreRead() throws Exception {
        client.write(RawWebSocket.handshake(
                RawWebSocket.frame(RawWebSocket.TEXT, true, "one"),
                RawWebSocket.frame(RawWebSocket.TEXT, true, "two")));

        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo("two");
    }

    @Test
    void aRequestThatIsNoGoodIsAnsweredAndTold() throws Exception {
        client.write(
                "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));

        assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        assertThat(refused.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).hasMessageContaining("Sec-WebSocket-Key");
    }

    // ---- what is read

    @Test
    void aMessageInPartsIsOneAndWhatComesInBetweenIsHeardMeanwhile() throws Exception {
        open();
        client.write(
                RawWebSocket.frame(RawWebSocket.TEXT, false, "one "),
                RawWebSocket.frame(RawWebSocket.PING, true, "there?"),
                RawWebSocket.frame(RawWebSocket.CONTINUATION, false, "and "),
                RawWebSocket.frame(0x80 | RawWebSocket.PONG, new byte[] {0, 0, 1, 2}),
                RawWebSocket.frame(RawWebSocket.CONTINUATION, true, "the same"));

        Frame pong = client.readFrame();
        assertThat(pong.kind()).isEqualTo(RawWebSocket.PONG);
        assertThat(pong.text()).isEqualTo("there?");
        assertThat(next()).isEqualTo(258);
        assertThat(next()).isEqualTo("one and the same");
    }

    @Test
    void ofAPausedSocketNothingIsHeardAndNothingIsLost() throws Exception {
        WebSocketTransport transport = open();
        CompletableFuture<Void> paused = new CompletableFuture<>();
        transport.channel().eventLoop().execute(() -> {
            transport.pause();
            paused.complete(null);
        });
        paused.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (int i = 0; i < 10; i++) {
            client.write(RawWebSocket.frame(RawWebSocket.TEXT, true, "message " + i));
        }
        assertThat(heard).isEmpty();

        transport.resume();

        for (int i = 0; i < 10; i++) {
            assertThat(next()).isEqualTo("message " + i);
        }
    }

    // ---- how it ends

    @Test
    void aClientsCloseIsAnsweredWithItsCodeAndTold() throws Exception {
        open();
        client.write(RawWebSocket.frame(0x88, new byte[] {0x0f, (byte) 0xa1}));

        assertThat(client.readFrame().closeCode()).isEqualTo(4001);
        assertThat(client.isOver()).isTrue();
        assertThat(closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(4001);
    }

    @Test
    void aCloseWithoutACodeIsAnsweredWithoutOne() throws Exception {
        open();
        client.write(RawWebSocket.frame(0x88, new byte[0]));

        Frame close = client.readFrame();
        assertThat(close.kind()).isEqualTo(RawWebSocket.CLOSE);
        assertThat(close.payload()).isEmpty();
        assertThat(closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1005);
    }

    @Test
    void whoIsClosedIsHeardToTheEndAndCutWhenItHasClosedToo() throws Exception {
        WebSocketTransport transport = open();
        transport.shut(Disconnect.SHUTDOWN);

        Frame close = client.readFrame();
        assertThat(close.closeCode()).isEqualTo(Disconnect.SHUTDOWN.code());
        client.write(RawWebSocket.frame(RawWebSocket.TEXT, true, "the last word"));
        assertThat(next()).isEqualTo("the last word");
        client.write(RawWebSocket.frame(0x88, close.payload()));
        assertThat(client.isOver()).isTrue();
        assertThat(closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Disconnect.SHUTDOWN.code());
        assertThat(transport.closedFor()).isEqualTo(Disconnect.SHUTDOWN);
    }

    @Test
    void whoIsClosedForWhatItSentIsHeardNoMore() throws Exception {
        open().shut(Disconnect.RATE_LIMITED);
        assertThat(client.readFrame().closeCode()).isEqualTo(Disconnect.RATE_LIMITED.code());

        client.write(RawWebSocket.frame(RawWebSocket.TEXT, true, "more"), RawWebSocket.frame(0x88, new byte[0]));

        closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(heard).isEmpty();
    }

    @Test
    void aCutIsOne() throws Exception {
        open();
        client.close();

        assertThat(closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(WebSocketTransport.CUT);
    }

    @Test
    void aMessageThatIsTooLongInPartsClosesIt() throws Exception {
        WebSocketTransport transport = open();
        client.write(
                RawWebSocket.frame(RawWebSocket.TEXT, false, "x".repeat(LONGEST)),
                RawWebSocket.frame(RawWebSocket.CONTINUATION, true, "x"));

        assertThat(client.readFrame().closeCode()).isEqualTo(Disconnect.TOO_BIG.code());
        assertThat(heard).isEmpty();
        assertThat(transport.closedFor()).isEqualTo(Disconnect.TOO_BIG);
    }

    @Test
    void aFrameThatIsTooLongClosesItBeforeItIsHere() throws Exception {
        WebSocketTransport transport = open();
        // Its head alone: 4,000 bytes are to come.
        client.write(new byte[] {(byte) 0x81, (byte) 0xfe, 0x0f, (byte) 0xa0, 0, 0, 0, 0});

        assertThat(client.readFrame().closeCode()).isEqualTo(Disconnect.TOO_BIG.code());
        assertThat(transport.closedFor()).isEqualTo(Disconnect.TOO_BIG);
        assertThat(client.isOver()).isTrue();
    }

    @Test
    void brokenFramingClosesItAndIsAsGoodAsACut() throws Exception {
        WebSocketTransport transport = open();
        // Not masked.
        client.write(new byte[] {(byte) 0x81, 1, 'x'});

        assertThat(client.readFrame().closeCode()).isEqualTo(1002);
        assertThat(client.isOver()).isTrue();
        assertThat(closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(WebSocketTransport.CUT);
        assertThat(transport.closedFor()).isNull();
    }

    @Test
    void afterItsEndASocketTakesNothing() throws Exception {
        WebSocketTransport transport = open();
        client.close();
        closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        CompletableFuture<Boolean> accepted = new CompletableFuture<>();
        transport.send(Payload.text("late"), 1, accepted::complete);

        assertThat(accepted.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
        assertThat(transport.writable()).isFalse();
    }
}
