package dev.sluice.edge.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The one renderer of errors, for every URL, in the form that its clients read. Unknown failures become
 * {@code internal} here, once, and are logged here and only here.
 */
final class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Problems() {}

    /** Answers the request with the failure, unless it was answered already. */
    static void answer(RoutingContext routing, Throwable failure, ProblemForm form) {
        HttpServerRequest request = routing.request();
        HttpServerResponse response = request.response();
        SluiceException problem = problemOf(request, failure);
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // Too late to say what is wrong; a reset at least does not look like a whole answer.
            response.reset();
            return;
        }
        ProblemCode code = problem.code();
        response.setStatusCode(form.status(code)).putHeader("Content-Type", form.contentType());
        if (code.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"sluice\"");
        }
        if (code.temporary()) {
            Duration after = problem.retryAfter() == null ? RETRY_AFTER : problem.retryAfter();
            response.putHeader("Retry-After", Long.toString(Math.max(1, after.toSeconds())));
        }
        if (code == ProblemCode.UPGRADE_REQUIRED) {
            response.putHeader("Upgrade", "websocket")
                    .putHeader("Connection", "Upgrade")
                    .putHeader("Sec-WebSocket-Version", "13");
        }
        response.end(document(routing, problem, form));
    }

    private static SluiceException problemOf(HttpServerRequest request, Throwable failure) {
        if (failure instanceof SluiceException known) {
            return known;
        }
        LOG.errorf(failure, "request failed [method: %s, path: %s]", request.method(), ShownPath.of(request.path()));
        return new SluiceException(ProblemCode.INTERNAL);
    }

    private static Buffer document(RoutingContext routing, SluiceException problem, ProblemForm form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = MAPPER.createGenerator(bytes)) {
            form.write(out, routing, problem);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail to be written
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
