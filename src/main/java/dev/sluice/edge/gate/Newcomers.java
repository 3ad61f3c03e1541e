package dev.sluice.edge.gate;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.ClientOrigin;
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
        checkOpen();
        origins.at(request.path()).check(request.getHeader("Origin"), origin.baseUrl());
    }

    /** A newcomer without a WebSocket. As {@link #check(Call)}. */
    public void checkOrigin(Call call) {
        origins.at(call.routing().request().path())
                .check(call.header("Origin"), call.origin().baseUrl());
    }

    /** @throws SluiceException {@code upgrade-required}, {@code shutting-down} or {@code origin-forbidden} */
    public void check(Call call) {
        if (!asked(call)) {
            throw new SluiceException(ProblemCode.UPGRADE_REQUIRED, "This address speaks WebSocket.");
        }
        checkOpen();
        checkOrigin(call);
    }

    /** @throws SluiceException {@code shutting-down} */
    public void checkOpen() {
        if (shuttingDown) {
            throw SluiceException.retryLater(ProblemCode.SHUTTING_DOWN, RETRY_AFTER);
        }
    }

    /** Whether the request wants to become a WebSocket. */
    public static boolean asked(Call call) {
        String upgrade = call.header("Upgrade");
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
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
