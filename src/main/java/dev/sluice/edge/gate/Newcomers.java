package dev.sluice.edge.gate;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.ClientOrigin;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every upgrade to a WebSocket has to pass, whatever it is to speak: it is one, this node takes newcomers, its page
 * may connect, and its owner has not too many. Any thread.
 */
public final class Newcomers {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final String VERSION = "13";

    private final OpenConnections open;
    private final Origins origins;
    private volatile boolean shuttingDown;

    public Newcomers(OpenConnections open, Origins origins) {
        this.open = open;
        this.origins = origins;
    }

    /** No more newcomers: this node is on its way down. */
    public void shutDown() {
        shuttingDown = true;
    }

    /** An upgrade of somebody who is here already, so that nobody needs to ask who it is. As {@link #check(Call)}. */
    public void check(HttpServerRequest request, ClientOrigin origin) {
        checkHandshake(request);
        checkOpen();
        origins.at(request.path()).check(request.getHeader("Origin"), origin.baseUrl());
    }

    /** A newcomer without a WebSocket. As {@link #check(Call)}. */
    public void checkOrigin(Call call) {
        origins.at(call.routing().request().path())
                .check(call.header("Origin"), call.origin().baseUrl());
    }

    /**
     * @throws SluiceException {@code upgrade-required}, {@code missing-field}, {@code invalid-field},
     *     {@code shutting-down} or {@code origin-forbidden}
     */
    public void check(Call call) {
        checkHandshake(call.routing().request());
        checkOpen();
        checkOrigin(call);
    }

    /**
     * The listener would take the drafts before RFC 6455 as well, and answers what it does not take without a word.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1">RFC 6455 §4.2.1</a>
     */
    private static void checkHandshake(HttpServerRequest request) {
        if (!names(request.getHeader(HttpHeaders.UPGRADE), "websocket")) {
            throw new SluiceException(ProblemCode.UPGRADE_REQUIRED, "This address speaks WebSocket.");
        }
        if (!names(request.getHeader(HttpHeaders.CONNECTION), "upgrade")) {
            // Mostly a proxy's doing, that takes the header for its own.
            throw SluiceException.invalid("Connection", "Upgrade");
        }
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            throw new SluiceException(
                    ProblemCode.UPGRADE_REQUIRED, "This address speaks version %s of WebSocket.".formatted(VERSION));
        }
        String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || key.isBlank()) {
            throw SluiceException.missing("Sec-WebSocket-Key");
        }
    }

    private static boolean names(@Nullable String header, String token) {
        return header != null && header.toLowerCase(Locale.ROOT).contains(token);
    }

    /** @throws SluiceException {@code shutting-down} */
    public void checkOpen() {
        if (shuttingDown) {
            throw SluiceException.retryLater(ProblemCode.SHUTTING_DOWN, RETRY_AFTER);
        }
    }

    /**
     * Counts a connection in.
     *
     * @param owner whose credential it was opened with; null for nobody's
     * @return what counts it out again, once
     * @throws SluiceException {@code too-many-connections}
     */
    public Runnable countIn(@Nullable String owner, String address) {
        return open.open(owner, address);
    }
}
