package dev.sluice.edge.ofrep;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One open stream of server-sent events. Everything happens on the event loop of its request; other threads hand over.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
 */
final class EventStream {
    /** Ends a stream before its path through the network is forgotten, and lets new nodes take their share. */
    private static final Duration AT_MOST = Duration.ofHours(1);

    /** When a node goes, its streams come back within this span, not all in the same moment. */
    private static final long MIN_RETRY_MILLIS = 1_000;

    private static final long MAX_RETRY_MILLIS = 10_000;
    private static final long NONE = -1;

    private final Vertx vertx;
    private final Context home;
    private final HttpServerResponse response;
    private final StreamLimits limits;
    private Runnable whenOver = () -> {};
    private long heartbeat = NONE;
    private long notice = NONE;
    private long lifetime = NONE;
    private long revision;
    private boolean over;

    /** On the request's event loop. */
    EventStream(RoutingContext routing, StreamLimits limits) {
        this.vertx = routing.vertx();
        this.home = vertx.getOrCreateContext();
        this.response = routing.response();
        this.limits = limits;
    }

    /** Called once, when the stream has ended, whoever ended it. */
    void whenOver(Runnable task) {
        whenOver = task;
    }

    /**
     * Writes the head and says which revision it starts from, so that a client that comes back can say it.
     *
     * @param missed it has to evaluate again although nothing changed since
     */
    void begin(long now, boolean missed) {
        revision = now;
        response.closeHandler(gone -> over());
        response.exceptionHandler(broken -> over());
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                // nginx would collect the stream before it passes anything on.
                .putHeader("X-Accel-Buffering", "no")
                .setChunked(true);
        long retry = between(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
        write("retry: %d\nid: %d\n\n".formatted(retry, now));
        heartbeat = vertx.setPeriodic(limits.heartbeat().toMillis(), beat -> write(":\n\n"));
        lifetime = vertx.setTimer(between(AT_MOST.toMillis() / 2, AT_MOST.toMillis()), old -> finish());
        if (missed) {
            announce();
        }
    }

    /** The rollout has that revision now. Any thread. */
    void changed(long now) {
        home.runOnContext(hop -> {
            if (now != revision && !over) {
                revision = now;
                announce();
            }
        });
    }

    /** One notice under way is enough: when its moment comes it names the latest revision. */
    private void announce() {
        if (notice != NONE) {
            return;
        }
        notice = vertx.setTimer(between(1, Math.max(1, limits.spread().toMillis())), due -> {
            notice = NONE;
            write("id: %d\nevent: message\ndata: {\"type\":\"refetchEvaluation\"}\n\n".formatted(revision));
        });
    }

    private void write(String event) {
        if (over) {
            return;
        }
        if (response.writeQueueFull()) {
            // It does not read a hundred bytes now and then: what is held for it helps nobody.
            over();
            response.reset();
            return;
        }
        response.write(event);
    }

    /** Any thread. */
    void end() {
        home.runOnContext(hop -> finish());
    }

    private void finish() {
        if (!over) {
            over();
            response.end();
        }
    }

    private void over() {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(heartbeat);
        vertx.cancelTimer(notice);
        vertx.cancelTimer(lifetime);
        whenOver.run();
    }

    private static long between(long least, long most) {
        return ThreadLocalRandom.current().nextLong(least, most + 1);
    }
}
