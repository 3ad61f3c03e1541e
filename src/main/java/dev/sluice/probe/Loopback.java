package dev.sluice.probe;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from the gateway to itself, through its public listener.
 *
 * @param port asked each time: it is known once the listener is open
 * @param secret of this process; shows that it is the built-in client
 */
record Loopback(HttpClient http, WebSocketClient sockets, String host, IntSupplier port, String secret) {
    static final String SESSIONS = "/api/v1/sessions";

    String authorization() {
        return "Bearer " + secret;
    }

    /** Fails on any answer but 2xx. */
    Future<JsonObject> ask(HttpMethod method, String uri, @Nullable JsonObject body) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(port.getAsInt())
                .setURI(uri)
                .addHeader("Authorization", authorization())
                .addHeader("Content-Type", "application/json");
        return http.request(options)
                .compose(request -> body == null ? request.send() : request.send(body.toBuffer()))
                .compose(Loopback::read);
    }

    private static Future<JsonObject> read(HttpClientResponse response) {
        return response.body().compose(body -> {
            if (response.statusCode() / 100 != 2) {
                return Future.failedFuture("answered " + response.statusCode());
            }
            return Future.succeededFuture(parsed(body));
        });
    }

    private static JsonObject parsed(Buffer body) {
        return body.length() == 0 ? new JsonObject() : body.toJsonObject();
    }

    /** Ends a session; one that cannot be ended dies of its grace. */
    void forget(String session) {
        ask(HttpMethod.DELETE, SESSIONS + "/" + session, null);
    }
}
