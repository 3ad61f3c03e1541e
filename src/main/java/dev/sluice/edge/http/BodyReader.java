package dev.sluice.edge.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** Reads JSON bodies up to a bound and within a time: what is longer or slower is refused while it is still coming. */
public final class BodyReader {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            // A payload is passed on as it came: 100.00 must not become 1E+2.
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Vertx vertx;
    private final long maxBytes;
    private final Duration timeout;
    private final Leftovers leftovers;

    public BodyReader(Vertx vertx, long maxBytes, Duration timeout) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.leftovers = new Leftovers(vertx);
    }

    /** The body as JSON; none at all is an empty object. Fails as {@link #bytes}, or with what is wrong with it. */
    Future<JsonNode> read(HttpServerRequest request) {
        return bytes(request, maxBytes)
                .map(body -> body.length() == 0 ? JsonNodeFactory.instance.objectNode() : parse(request, body));
    }

    /** Whether there is anything to read. */
    boolean hasBody(HttpServerRequest request) {
        return declaredLength(request) > 0 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** The request is refused before its body was looked at. */
    void refuse(HttpServerRequest request) {
        if (hasBody(request) && !request.isEnded()) {
            leftovers.discard(request);
        }
    }

    /**
     * The body as it is, maybe empty. Fails with the problem to answer at once: where the body is too long or late, that
     * is the last answer on its connection.
     */
    Future<Buffer> bytes(HttpServerRequest request, long most) {
        if (declaredLength(request) > most) {
            leftovers.discardAndClose(request);
            return Future.failedFuture(tooLarge());
        }
        if (!hasBody(request)) {
            request.resume();
            return Future.succeededFuture(Buffer.buffer());
        }
        return collect(request, most);
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Future<Buffer> collect(HttpServerRequest request, long most) {
        Promise<Buffer> promise = Promise.promise();
        Buffer body = Buffer.buffer();
        long timer = vertx.setTimer(timeout.toMillis(), late -> {
            if (!promise.future().isComplete()) {
                leftovers.discardAndClose(request);
                promise.fail(new SluiceException(ProblemCode.INVALID_REQUEST, "The body did not come in time."));
            }
        });
        request.exceptionHandler(promise::tryFail);
        request.handler(part -> {
            if (body.length() + part.length() > most) {
                leftovers.discardAndClose(request);
                promise.tryFail(tooLarge());
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> promise.tryComplete(body));
        if (awaitsContinue(request)) {
            // Not earlier, as the listener would by itself: who is refused on account of the head keeps the body.
            request.response().writeContinue();
        }
        request.resume();
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** RFC 9110 §10.1.1; HTTP/1.0 knows no interim answers. */
    private static boolean awaitsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
                && request.version() != HttpVersion.HTTP_1_0;
    }

    /** JSON is read whatever it is called, as scripts often leave curl's default; what is not JSON is told apart. */
    private static JsonNode parse(HttpServerRequest request, Buffer body) {
        try {
            JsonNode parsed = MAPPER.readTree(body.getBytes());
            if (!parsed.isObject() && !parsed.isArray()) {
                throw new SluiceException(ProblemCode.MALFORMED_JSON, "The body must be a JSON object.");
            }
            return parsed;
        } catch (IOException e) {
            throw new SluiceException(
                    saysJson(request) ? ProblemCode.MALFORMED_JSON : ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    private static boolean saysJson(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type == null || type.toLowerCase(Locale.ROOT).contains("json");
    }

    private static SluiceException tooLarge() {
        return new SluiceException(ProblemCode.BODY_TOO_LARGE);
    }
}
