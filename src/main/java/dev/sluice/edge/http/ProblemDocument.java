package dev.sluice.edge.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/**
 * A problem document, with {@code error} beside {@code detail} for the clients of old.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class ProblemDocument implements ProblemForm {
    private static final String TYPE_PREFIX = "urn:sluice:problem:";

    @Override
    public String contentType() {
        return "application/problem+json";
    }

    @Override
    public void write(JsonGenerator out, RoutingContext routing, SluiceException problem) throws IOException {
        ProblemCode code = problem.code();
        out.writeStartObject();
        out.writeStringField("type", TYPE_PREFIX + code.slug());
        out.writeStringField("title", code.sentence());
        out.writeNumberField("status", code.status());
        out.writeStringField("detail", problem.detail());
        out.writeStringField("instance", ShownPath.of(routing.request().path()));
        out.writeStringField("code", code.slug());
        out.writeStringField("error", problem.detail());
        if (problem.field() != null) {
            out.writeStringField("field", problem.field());
        }
        out.writeEndObject();
    }
}
