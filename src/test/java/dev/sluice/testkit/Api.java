package dev.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls a gateway's HTTP API with one token, or with none. */
public final class Api {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    /** Longer than the longest parked poll. */
    private static final Duration PATIENCE = Duration.ofSeconds(70);

    private final URI base;
    private final @Nullable String token;

    public Api(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    public Reply get(String path) {
        return send(request("GET", path, BodyPublishers.noBody()));
    }

    /** The answer when it comes: for polls that wait. */
    public CompletableFuture<Reply> getLater(String path) {
        return CLIENT.sendAsync(request("GET", path, BodyPublishers.noBody()).build(), BodyHandlers.ofString())
                .thenApply(Api::reply);
    }

    public Reply delete(String path) {
        return send(request("DELETE", path, BodyPublishers.noBody()));
    }

    public Reply post(String path, Object body) {
        return postText(path, Json.write(body));
    }

    public Reply postText(String path, String json) {
        return send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** @param contentType null for none */
    public Reply send(String method, String path, @Nullable String contentType, byte[] body) {
        HttpRequest.Builder request = request(method, path, BodyPublishers.ofByteArray(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        return send(request);
    }

    /** A request with headers of its own, in pairs of name and value. */
    public Reply sendWith(String method, String path, String... headers) {
        return send(request(method, path, BodyPublishers.noBody()).headers(headers));
    }

    private HttpRequest.Builder request(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).method(method, body);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private static Reply send(HttpRequest.Builder request) {
        try {
            return reply(CLIENT.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Reply reply(HttpResponse<String> response) {
        return new Reply(response.statusCode(), response.headers().map(), response.body());
    }
}
