package dev.sluice.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Wire;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    private static final int MOST = 10;

    private final Vertx vertx = Vertx.vertx();
    private final BodyReader reader = new BodyReader(vertx, MOST, Duration.ofMillis(200));
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        request.pause();
        reader.bytes(request, MOST)
                .onSuccess(body -> request.response().end(body))
                .onFailure(refused -> request.response()
                        .setStatusCode(((SluiceException) refused).code().status())
                        .end("no"));
    }

    private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Wire wire(String lengthAndBody) throws IOException {
        Wire wire = new Wire(URI.create("http://127.0.0.1:" + server.actualPort()));
        wire.write(("POST / HTTP/1.1\r\nHost: gateway\r\n" + lengthAndBody).getBytes(StandardCharsets.ISO_8859_1));
        return wire;
    }

    private static void assertLast(Wire wire, int status) throws IOException {
        Reply reply = wire.readReply();
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThatThrownBy(wire::readHead).isInstanceOf(EOFException.class);
    }

    @Test
    void aBodyThatStallsIsTheLastOfItsConnection() throws Exception {
        try (Wire wire = wire("Content-Length: 5\r\n\r\n12")) {
            assertLast(wire, 400);
        }
    }

    @Test
    void aBodyThatIsTooLongIsTheLastOfItsConnection() throws Exception {
        try (Wire wire = wire("Content-Length: 11\r\n\r\n12345678901")) {
            assertLast(wire, 413);
        }
        try (Wire wire = wire("Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n")) {
            assertLast(wire, 413);
        }
    }

    @Test
    void whoeverGoesOnSendingIsCutOff() throws Exception {
        try (Wire wire = wire("Content-Length: 1000000000\r\n\r\n12")) {
            assertLast(wire, 413);
        }
        try (Wire wire = wire("Transfer-Encoding: chunked\r\n\r\nffffff\r\n12345678901")) {
            assertLast(wire, 413);
        }
    }

    @Test
    void aBodyThatStallsEndsNothingButItsStream() throws Exception {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        HttpClientRequest stalled = await(client.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/"));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        stalled.connection().closeHandler(closed::complete);

        stalled.exceptionHandler(ended::complete).putHeader("content-length", "5");
        stalled.write("12");

        assertThat(await(stalled.response()).statusCode()).isEqualTo(400);
        assertThat(ended.get(20, TimeUnit.SECONDS)).isInstanceOf(StreamResetException.class);
        assertThat(closed).isNotDone();
    }
}
