package dev.sluice.app;

import dev.sluice.identity.client.PublishedKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the identity provider's keys: at the start, from time to time, and soon after a JWT named a key that is not
 * known. What cannot be fetched is tried again; the last good set stays.
 */
final class KeyFetch {
    private static final Logger LOG = Logger.getLogger(KeyFetch.class);

    /** How soon a key that is missed is looked for: forged key names must not make us a load on the provider. */
    private static final long LOOK_MILLIS = 10_000;

    private static final long TIMEOUT_MILLIS = 10_000;

    /** How long the start waits for the first set: whoever comes back to a restarted gateway would be told 401. */
    private static final long START_SECONDS = 5;

    private static final int LONGEST = 1 << 20;

    private final Vertx vertx;
    private final HttpClient http;
    private final String url;
    private final PublishedKeys keys;
    private final InstantSource clock;
    private long fetchedAt;

    KeyFetch(Vertx vertx, String url, PublishedKeys keys, InstantSource clock) {
        this.vertx = vertx;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) TIMEOUT_MILLIS)
                .setMaxPoolSize(1)
                .setReadIdleTimeout((int) TIMEOUT_MILLIS)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
        this.url = url;
        this.keys = keys;
        this.clock = clock;
    }

    /** On the thread that starts the gateway, which waits for the first set, for a while. */
    void every(Duration refresh) {
        try {
            fetch().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException later) {
            LOG.warn("JWTs are refused until their keys are there");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        vertx.setPeriodic(LOOK_MILLIS, timer -> {
            boolean due = clock.millis() - fetchedAt >= refresh.toMillis();
            if (keys.takeMissed() || due) {
                fetch();
            }
        });
    }

    private Future<Void> fetch() {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url)
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("Accept", "application/json");
        return http.request(request)
                .compose(sent -> sent.send())
                .compose(KeyFetch::bodyOf)
                .<Void>map(this::accept)
                .onFailure(failure ->
                        LOG.warnf("could not fetch the JWT keys, or they are no good [cause: %s]", failure.toString()));
    }

    private static Future<Buffer> bodyOf(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("status " + response.statusCode());
        }
        String length = response.getHeader("Content-Length");
        if (length != null && length.length() > 7) {
            return Future.failedFuture("too long");
        }
        Buffer body = Buffer.buffer();
        return Future.future(done -> response.handler(part -> {
                    if (body.length() + part.length() > LONGEST) {
                        response.request().reset();
                        done.tryFail("too long");
                    } else {
                        body.appendBuffer(part);
                    }
                })
                .exceptionHandler(done::tryFail)
                .endHandler(end -> done.tryComplete(body)));
    }

    private @Nullable Void accept(Buffer body) {
        keys.accept(body.toString());
        fetchedAt = clock.millis();
        return null;
    }
}
