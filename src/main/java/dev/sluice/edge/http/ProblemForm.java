package dev.sluice.edge.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/**
 * How an endpoint's clients read what went wrong: the JSON object and its media type. Everything else about an error
 * (what it is called in metrics, {@code Retry-After}, {@code WWW-Authenticate}, what is logged) is the same for all.
 */
public interface ProblemForm {

    /** A problem document, which every client reads that has no other form of its own. */
    ProblemForm DOCUMENT = new ProblemDocument();

    /** The status; the catalogue's own, unless these clients know fewer. */
    default int status(ProblemCode code) {
        return code.status();
    }

    String contentType();

    /** Writes one JSON object. On the request's event loop. */
    void write(JsonGenerator out, RoutingContext routing, SluiceException problem) throws IOException;
}
