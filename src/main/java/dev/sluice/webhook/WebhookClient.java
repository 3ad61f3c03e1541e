package dev.sluice.webhook;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;

/**
 * Sends one event once. Success is any 2xx; redirects are not followed, since they would carry the event, and our word
 * that it is ours, to somebody who was not configured. Any thread; never blocks.
 */
public final class WebhookClient {
    private final Vertx vertx;
    private final HttpClient http;
    private final InstantSource clock;

    public WebhookClient(Vertx vertx, InstantSource clock) {
        this.vertx = vertx;
        // Events are rare: a connection kept for the next one is a connection that is gone by then.
        this.http = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
        this.clock = clock;
    }

    /** Fails with {@link WebhookFailure}. */
    public Uni<Void> send(CloudEvent event, WebhookTarget target) {
        byte[] body = CloudEventWriter.write(event);
        return Uni.createFrom()
                .completionStage(() -> post(event.getId(), body, target).toCompletionStage())
                .onFailure()
                .transform(WebhookFailure::unanswered)
                .chain(status -> status / 100 == 2
                        ? Uni.createFrom().voidItem()
                        : Uni.createFrom().failure(WebhookFailure.answered(status)));
    }

    private Future<Integer> post(String id, byte[] body, WebhookTarget target) {
        long millis = target.timeout().toMillis();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(target.url())
                .setFollowRedirects(false)
                .setTimeout(millis);
        return http.request(options).compose(request -> {
            // The timeout of the options begins anew with every byte; a slow answer must not last longer for that.
            long deadline = vertx.setTimer(millis, late -> request.reset(0, new TimeoutException("no answer in time")));
            request.putHeader("Content-Type", CloudEventWriter.CONTENT_TYPE);
            target.authorize(request::putHeader, id, clock.instant(), body);
            return request.send(Buffer.buffer(body))
                    .onSuccess(response -> discard(response, deadline))
                    .onFailure(failure -> vertx.cancelTimer(deadline))
                    .map(HttpClientResponse::statusCode);
        });
    }

    /** The status says everything; the rest is read so that the receiver can finish, and no longer than the deadline. */
    private void discard(HttpClientResponse response, long deadline) {
        response.handler(part -> {})
                .endHandler(end -> vertx.cancelTimer(deadline))
                .exceptionHandler(cut -> vertx.cancelTimer(deadline));
    }
}
