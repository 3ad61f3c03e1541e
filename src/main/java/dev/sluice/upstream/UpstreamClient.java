package dev.sluice.upstream;

import dev.sluice.webhook.WebhookTarget;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.http.impl.HttpMessageWriter;
import io.cloudevents.jackson.JsonFormat;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * Sends an event to the application and reads what it says. Redirects are not followed: they would carry what clients
 * say to somebody who was not configured. Any thread; never blocks.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">CloudEvents
 *     1.0.2, HTTP binding</a>
 */
public final class UpstreamClient {
    /** An answer is a verdict and a handful of events. */
    private static final int LONGEST_ANSWER = 1 << 20;

    /** Every client that comes waits for an answer, so connections are kept, and there are enough for a rush. */
    private static final int CONNECTIONS = 64;

    private static final int WAITING = 10_000;

    /** Where the CloudEvent's attributes go. */
    public enum Form {
        /** One JSON document with everything in it. */
        STRUCTURED,
        /** Attributes as headers, the data as the body. */
        BINARY
    }

    /** What came back. */
    record Response(int status, byte[] body) {}

    private final Vertx vertx;
    private final HttpClient http;
    private final WebhookTarget target;
    private final Form form;
    private final InstantSource clock;

    public UpstreamClient(Vertx vertx, WebhookTarget target, Form form, InstantSource clock) {
        this.vertx = vertx;
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
        this.target = target;
        this.form = form;
        this.clock = clock;
    }

    /** For logs. */
    String host() {
        return target.host();
    }

    /** Fails with {@link TimeoutException} or whatever kept the answer from coming. */
    Future<Response> send(CloudEvent event) {
        Promise<Response> promise = Promise.promise();
        long deadline = vertx.setTimer(
                target.timeout().toMillis(), late -> promise.tryFail(new TimeoutException("no answer in time")));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(target.url())
                .setFollowRedirects(false);
        http.request(options)
                .onSuccess(request -> {
                    promise.future().onFailure(late -> request.reset());
                    exchange(request, event, promise);
                })
                .onFailure(promise::tryFail);
        return promise.future().onComplete(done -> vertx.cancelTimer(deadline));
    }

    private void exchange(HttpClientRequest request, CloudEvent event, Promise<Response> promise) {
        request.response().onSuccess(response -> read(response, promise)).onFailure(promise::tryFail);
        HttpMessageWriter writer = HttpMessageFactory.createWriter(attributes(request), body -> {
            byte[] bytes = body == null ? new byte[0] : body;
            target.authorize(request::putHeader, event.getId(), clock.instant(), bytes);
            request.end(Buffer.buffer(bytes));
        });
        if (form == Form.BINARY) {
            writer.writeBinary(event);
        } else {
            writer.writeStructured(event, JsonFormat.CONTENT_TYPE);
        }
    }

    /** The library puts attributes into headers as they are, where names of clients become question marks. */
    private static BiConsumer<String, String> attributes(HttpClientRequest request) {
        return (name, value) -> request.putHeader(name, name.startsWith("ce-") ? headerValue(value) : value);
    }

    /** As chapter 3.1.3.2 of the binding says: what is no visible ASCII, blanks, quotes and percent signs in percent. */
    static String headerValue(String attribute) {
        StringBuilder encoded = new StringBuilder(attribute.length());
        for (byte octet : attribute.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7F && octet != '"' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return encoded.toString();
    }

    private static void read(HttpClientResponse response, Promise<Response> promise) {
        Buffer body = Buffer.buffer();
        response.exceptionHandler(promise::tryFail);
        response.handler(part -> {
            if (body.length() + part.length() > LONGEST_ANSWER) {
                promise.tryFail(new IOException("the answer is too long"));
            } else {
                body.appendBuffer(part);
            }
        });
        response.endHandler(end -> promise.tryComplete(new Response(response.statusCode(), body.getBytes())));
    }
}
