package dev.sluice.edge.ofrep;

import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.decision.RolloutState;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ofrep/v1}: one flag, all flags, and the stream of changes. Open to clients within the rate of their address,
 * each question being about one client.
 *
 * @see <a href="https://github.com/open-feature/protocol">OpenFeature Remote Evaluation Protocol 0.3.0</a>
 */
public final class OfrepRoutes implements Endpoints {
    private static final String FLAGS = "/ofrep/v1/evaluate/flags";
    private static final String FLAG = FLAGS + "/{key}";
    private static final String EVENTS = "/ofrep/v1/events";

    private final RolloutControl control;
    private final Evaluator evaluator;
    private final EventStreams streams;
    private final RateLimits rates;

    public OfrepRoutes(
            RolloutControl control, RolloutGate gate, AskedClients asked, EventStreams streams, RateLimits rates) {
        this.control = control;
        this.evaluator = new Evaluator(gate, asked);
        this.streams = streams;
        this.rates = rates;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                endpoint(HttpMethod.POST, FLAGS, this::evaluateAll),
                endpoint(HttpMethod.POST, FLAG, this::evaluate),
                endpoint(HttpMethod.GET, EVENTS, this::events));
    }

    private static Endpoint endpoint(HttpMethod method, String path, Function<Call, @Nullable Answer> work) {
        return new Endpoint(method, path, Access.OPEN, new OfrepHandler(work), false);
    }

    private Answer evaluate(Call call) {
        spend(call);
        OfrepFlag flag = OfrepFlag.parse(call.path("key"));
        EvaluationContext context = EvaluationContext.parse(call.body());
        return Answer.ok(evaluator.evaluate(flag, control.state(), context, call.tokenOrNull()))
                .with("Cache-Control", "no-store");
    }

    private Answer evaluateAll(Call call) {
        spend(call);
        EvaluationContext context = EvaluationContext.parse(call.body());
        RolloutState state = control.state();
        List<Map<String, Object>> flags = evaluator.evaluateAll(state, context, call.tokenOrNull());
        EntityTag tag = EntityTag.of(state.revision(), context, flags);
        Answer answer = tag.matches(call.header("If-None-Match"))
                ? new Answer(304, null, Map.of())
                : Answer.ok(bulk(flags, state, call));
        return answer.with("ETag", tag.text()).with("Cache-Control", "private, no-cache");
    }

    private Map<String, Object> bulk(List<Map<String, Object>> flags, RolloutState state, Call call) {
        Map<String, Object> bulk = new LinkedHashMap<>();
        bulk.put("flags", flags);
        if (!streams.full()) {
            // A provider that is offered no stream asks again by itself; one that is refused by it does not.
            bulk.put(
                    "eventStreams",
                    List.of(Map.of("type", "sse", "url", call.origin().baseUrl() + EVENTS)));
        }
        bulk.put("metadata", Map.of("revision", state.revision()));
        return bulk;
    }

    private @Nullable Answer events(Call call) {
        spend(call);
        streams.open(call.routing(), call.origin().address());
        return null;
    }

    /** Callers without a token were counted at the door; with one they are counted here, since agents are many. */
    private void spend(Call call) {
        if (call.tokenOrNull() != null) {
            rates.spendAddress(call.origin().address());
        }
    }
}
