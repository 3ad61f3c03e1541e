package dev.sluice.edge.http;

import dev.sluice.core.Mode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Headers that thousands of answers a second carry. As strings each of them would be hashed, checked and encoded anew
 * every time; these are known to be good, and were encoded once.
 */
public final class Headers {
    public static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    public static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private static final CharSequence SLUICE_MODE = HttpHeaders.createOptimized("Sluice-Mode");
    private static final CharSequence WEBSOCKET = HttpHeaders.createOptimized(Mode.WEBSOCKET.wire());
    private static final CharSequence POLLING = HttpHeaders.createOptimized(Mode.POLLING.wire());

    private Headers() {}

    /** Whether the client was told already. */
    static boolean modeTold(HttpServerResponse answer) {
        return answer.headers().contains(SLUICE_MODE);
    }

    /** Tells the client how it is served, whatever else it is answered. */
    public static void tellMode(HttpServerResponse answer, Mode mode) {
        answer.putHeader(SLUICE_MODE, mode == Mode.WEBSOCKET ? WEBSOCKET : POLLING);
    }
}
