package dev.sluice.edge.ofrep;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.ProblemForm;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The table from problems to OFREP's error codes and its error object.
 *
 * @see <a href="https://github.com/open-feature/protocol/blob/main/service/openapi.yaml">OFREP 0.3.0,
 *     evaluationFailure</a>
 */
final class OfrepErrors implements ProblemForm {
    private static final String KEY = "key";

    /** Providers know a body that cannot be read as one status. */
    @Override
    public int status(ProblemCode code) {
        return code == ProblemCode.UNSUPPORTED_MEDIA_TYPE ? 400 : code.status();
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public void write(JsonGenerator out, RoutingContext routing, SluiceException problem) throws IOException {
        out.writeStartObject();
        String key = routing.pathParam(KEY);
        if (key != null) {
            out.writeStringField(KEY, key);
        }
        out.writeStringField("errorCode", code(problem.code(), problem.field()));
        out.writeStringField("errorDetails", problem.detail());
        out.writeEndObject();
    }

    static String code(ProblemCode code, @Nullable String field) {
        return switch (code) {
            case NOT_FOUND -> "FLAG_NOT_FOUND";
            case MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE -> "PARSE_ERROR";
            case MISSING_FIELD ->
                EvaluationContext.TARGETING_KEY.equals(field) ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT";
            case INVALID_FIELD -> "INVALID_CONTEXT";
            default -> "GENERAL";
        };
    }
}
