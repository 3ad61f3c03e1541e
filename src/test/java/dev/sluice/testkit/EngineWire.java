package dev.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Engine.IO by hand: requests, polls that wait, WebSockets. Nothing in between that could make a wrong packet right. */
public final class EngineWire {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final URI base;
    private final String path;

    /** @param path with a slash at its end */
    public EngineWire(URI base, String path) {
        this.base = base;
        this.path = path;
    }

    /** What was answered. */
    public record Answer(int status, String body, Map<String, java.util.List<String>> headers) {}

    public Answer get(String query) {
        return later("GET", query, null).join();
    }

    public CompletableFuture<Answer> getLater(String query) {
        return later("GET", query, null);
    }

    public Answer post(String query, String body) {
        return later("POST", query, body).join();
    }

    public Answer send(String method, String query, @Nullable String body, String... headers) {
        return later(method, query, body, headers).join();
    }

    private CompletableFuture<Answer> later(String method, String query, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path + "?" + query))
                .timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.sendAsync(request.build(), BodyHandlers.ofString())
                .thenApply(answer -> new Answer(
                        answer.statusCode(), answer.body(), answer.headers().map()));
    }

    /** A handshake over polling; its id. */
    public String open() {
        return sidIn(get("EIO=4&transport=polling").body());
    }

    public static String sidIn(String openPacket) {
        return Json.read(openPacket.substring(1)).path("sid").asText();
    }

    public static String session(String sid) {
        return "EIO=4&transport=polling&sid=" + sid;
    }

    /** A WebSocket that opens. */
    public EngineSocketWire socket(String query) {
        EngineSocketWire socket = new EngineSocketWire();
        CLIENT.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(webSocket(query), socket)
                .join();
        return socket;
    }

    /** The status that an upgrade is refused with. */
    public int refusedUpgrade(String query, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path + "?" + query)).timeout(PATIENCE);
        var builder = CLIENT.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try {
            builder.buildAsync(webSocket(query), new EngineSocketWire()).join();
            throw new AssertionError("upgraded: " + request.build().uri());
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof java.net.http.WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            if (e.getCause() instanceof IOException) {
                return 0;
            }
            throw e;
        }
    }

    private URI webSocket(String query) {
        return URI.create(base.resolve(path + "?" + query).toString().replaceFirst("http", "ws"));
    }
}
