package dev.sluice.edge.ofrep;

import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.ProblemForm;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all of OFREP's URLs share: its error object.
 *
 * @param work answers at once; null where it answers by itself
 */
record OfrepHandler(Function<Call, @Nullable Answer> work) implements Endpoint.Handler {
    private static final ProblemForm ERRORS = new OfrepErrors();

    @Override
    public Uni<Answer> handle(Call call) {
        return Uni.createFrom().item(work.apply(call));
    }

    @Override
    public ProblemForm problems() {
        return ERRORS;
    }
}
