package dev.sluice.edge.ofrep;

import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.Origins;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.ProblemForm;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all of OFREP's URLs share: its error object, and pages of allowed origins that may read the answers.
 *
 * @param work answers at once; null where it answers by itself
 */
record OfrepHandler(Origins origins, Function<Call, @Nullable Answer> work) implements Endpoint.Handler {
    private static final ProblemForm ERRORS = new OfrepErrors();

    @Override
    public void arrived(Call call) {
        String origin = call.header("Origin");
        if (origin == null) {
            return;
        }
        call.answerHeader("Vary", "Origin");
        if (mayRead(origin, call)) {
            call.answerHeader("Access-Control-Allow-Origin", origin);
            call.answerHeader("Access-Control-Expose-Headers", "ETag, Retry-After");
        }
    }

    /** The answers are open to anybody; without these headers only the browser keeps them from a page. */
    private boolean mayRead(String origin, Call call) {
        try {
            origins.check(origin, call.origin().baseUrl());
            return true;
        } catch (SluiceException forbidden) {
            return false;
        }
    }

    @Override
    public Uni<Answer> handle(Call call) {
        return Uni.createFrom().item(work.apply(call));
    }

    @Override
    public ProblemForm problems() {
        return ERRORS;
    }

    /** The question a browser asks ahead of a POST with JSON. */
    static Answer preflight(Call call) {
        return Answer.noContent()
                .with("Access-Control-Allow-Methods", "GET, POST")
                .with("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, Last-Event-ID")
                .with("Access-Control-Max-Age", "3600");
    }
}
