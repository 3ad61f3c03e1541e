package dev.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.decision.ClientOverride;
import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/admin/rollout/overrides}: operators' exceptions, each under its selector. */
final class OverrideRoutes {
    private static final String OVERRIDES = "/api/v1/admin/rollout/overrides";

    private final RolloutControl control;

    OverrideRoutes(RolloutControl control) {
        this.control = control;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(OVERRIDES, Access.ADMIN, this::list),
                Endpoint.get(OVERRIDES + "/{client}", Access.ADMIN, this::find),
                Endpoint.put(OVERRIDES + "/{client}", Access.ADMIN, this::put),
                Endpoint.delete(OVERRIDES + "/{client}", Access.ADMIN, this::remove));
    }

    private Uni<Answer> list(Call call) {
        RolloutState state = control.state();
        List<Map<String, @Nullable Object>> all =
                state.overrides().all().stream().map(RolloutDocument::override).toList();
        return Uni.createFrom().item(tagged(Map.of("overrides", all), state));
    }

    private Uni<Answer> find(Call call) {
        return Uni.createFrom().item(found(control.state(), selector(call)));
    }

    private Uni<Answer> put(Call call) {
        JsonNode body = Fields.object(call);
        String selector = selector(call);
        Mode mode = Fields.mode(body);
        String reason = Fields.reason(body);
        return control.putOverride(selector, mode, RolloutRoutes.who(call), reason, RolloutRoutes.ifMatch(call))
                .map(state -> found(state, selector));
    }

    private Uni<Answer> remove(Call call) {
        return control.removeOverride(
                        selector(call), RolloutRoutes.who(call), Fields.reason(call), RolloutRoutes.ifMatch(call))
                .map(state -> Answer.noContent().with("ETag", Revision.tag(state.revision())));
    }

    /** Decoded by the router already; decoding again would turn another client's {@code %25} into a percent sign. */
    private static String selector(Call call) {
        return call.path("client");
    }

    private static Answer found(RolloutState state, String selector) {
        for (ClientOverride override : state.overrides().all()) {
            if (override.selector().equals(selector)) {
                return tagged(RolloutDocument.override(override), state);
            }
        }
        throw new SluiceException(ProblemCode.NOT_FOUND, "There is no override for this client.");
    }

    private static Answer tagged(Object body, RolloutState state) {
        return Answer.ok(body).with("ETag", Revision.tag(state.revision()));
    }
}
