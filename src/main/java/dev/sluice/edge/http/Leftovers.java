package dev.sluice.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;

/**
 * What still comes of a body when its request is answered already. It is taken and thrown away for a while: to close with
 * bytes unread resets the connection, and a reset overtakes the answer on its way to a client that writes all before it
 * reads. On the request's event loop.
 */
final class Leftovers {
    /** Enough for what is on its way; whoever has more to send than that sees the end. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    /** RFC 9113, section 8.1: the answer is whole, and the rest of the request is not wanted. */
    private static final long NO_ERROR = 0;

    private final Vertx vertx;

    Leftovers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The connection goes on where the rest comes soon. */
    void discard(HttpServerRequest request) {
        take(request, () -> {});
    }

    /** The answer, which is written now, says that it is the connection's last. */
    void discardAndClose(HttpServerRequest request) {
        sayLast(request);
        // The end may be at hand, and the answer is not written yet.
        take(request, () -> vertx.runOnContext(answered -> hangUp(request)));
    }

    private void take(HttpServerRequest request, Runnable whole) {
        long timer = vertx.setTimer(LINGER.toMillis(), late -> hangUp(request));
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.handler(part -> {});
        request.endHandler(end -> {
            vertx.cancelTimer(timer);
            whole.run();
        });
        request.resume();
    }

    private static void sayLast(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    private static void hangUp(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        } else if (!request.isEnded()) {
            // The other requests of its connection go on.
            request.response().reset(NO_ERROR);
        }
    }
}
