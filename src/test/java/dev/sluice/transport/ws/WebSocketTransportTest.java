package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Batch;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebSocketTransportTest {
    private static final int LONGEST = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<WebSocketTransport> seated = new CompletableFuture<>();
    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    @BeforeEach
    void connect() throws Exception {
        int port = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request ->
                        WebSocketHandshake.accept(request, LONGEST, true).onSuccess(seated::complete))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        // Offers compression: what goes past the encoder has to be right there as well.
        vertx.createWebSocketClient(new WebSocketClientOptions()
                        .setTryUsePerMessageCompression(true)
                        .setMaxFrameSize(LONGEST)
                        .setMaxMessageSize(LONGEST))
                .webSocket()
                .textMessageHandler(arrived::add)
                .binaryMessageHandler(arrived::add)
                .closeHandler(gone -> closed.complete(null))
                .connect(port, "127.0.0.1", "/")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void hangUp() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aBatchArrivesFrameByFrameInOrder() throws Exception {
        List<Payload> frames = new ArrayList<>();
        for (int size : new int[] {0, 1, 125, 126, 0xffff, 0x10000, 300_000}) {
            frames.add(Payload.text("t".repeat(size)));
            byte[] bytes = new byte[size];
            Arrays.fill(bytes, (byte) size);
            frames.add(new Payload(bytes, false));
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        transport().send(new Batch(frames, 1), done::complete);
        assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
        for (Payload frame : frames) {
            Object expected = frame.text() ? frame.asString() : Buffer.buffer(frame.bytes());
            assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
        }
    }

    @Test
    void repliesAndFramesKeepTheOrderInWhichTheyWereSent() throws Exception {
        for (int i = 0; i < 50; i++) {
            transport().send(Payload.text("frame " + i), i, accepted -> {});
            transport().control(Payload.text("reply " + i));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("frame " + i);
            assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("reply " + i);
        }
    }

    @Test
    void afterTheEndNothingIsAccepted() throws Exception {
        transport().close(dev.sluice.core.Disconnect.SHUTDOWN);
        closed.get(10, TimeUnit.SECONDS);
        CompletableFuture<Boolean> one = new CompletableFuture<>();
        CompletableFuture<Boolean> many = new CompletableFuture<>();
        transport().send(Payload.text("late"), 1, one::complete);
        transport().send(new Batch(List.of(Payload.text("late"), Payload.text("later")), 2), many::complete);
        assertThat(one.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(many.get(10, TimeUnit.SECONDS)).isFalse();
    }

    private WebSocketTransport transport() throws Exception {
        return seated.get(10, TimeUnit.SECONDS);
    }
}
