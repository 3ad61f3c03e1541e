package dev.sluice.edge.status;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.core.Mode;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.edge.client.ClientKey;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.status.GatewayHealth.Look;
import dev.sluice.identity.Token;
import dev.sluice.status.Pipelines;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a status page asks: {@code /api/rag-status}, {@code /api/socket/info}, {@code /api/health}, {@code /health} and
 * {@code /status}. Open to anybody within the rate of an address; no secrets and no internals in any of them.
 */
public final class StatusRoutes implements Endpoints {
    /** As the frontends in the field have them: ask every ten seconds, give a WebSocket up after three failures. */
    private static final int POLLING_INTERVAL_MILLIS = 10_000;

    private static final int MAX_FAILURES = 3;

    private final Pipelines pipelines;
    private final PipelinePage page;
    private final RolloutGate gate;
    private final RateLimits rates;
    private final StatusSettings settings;
    private final GatewayHealth health;

    public StatusRoutes(
            Pipelines pipelines, RolloutGate gate, RateLimits rates, StatusSettings settings, GatewayHealth health) {
        this.pipelines = pipelines;
        this.page = new PipelinePage(pipelines);
        this.gate = gate;
        this.rates = rates;
        this.settings = settings;
        this.health = health;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/rag-status", Access.VISITOR, this::ragStatus),
                Endpoint.get("/api/socket/info", Access.VISITOR, this::socketInfo),
                Endpoint.get("/api/health", Access.ANYBODY, call -> answer(health::document)),
                Endpoint.get("/health", Access.ANYBODY, call -> answer(look -> Map.of("status", look.status()))),
                Endpoint.get("/status", Access.ANYBODY, call -> answer(this::status)));
    }

    private Uni<Answer> answer(Function<Look, Map<String, Object>> document) {
        return health.look(pipelines.list()).map(look -> Answer.of(look.isServing() ? 200 : 503, document.apply(look))
                .with("Cache-Control", "no-store"));
    }

    /** As the status server of the pipelines had it: how they are, in short. */
    private Map<String, Object> status(Look look) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", look.status());
        document.put("pipelines", new RawValue(page.now().json()));
        return document;
    }

    // ---- how a client is served

    /**
     * Decided as the handshake decides: on query, headers, cookie, address. Nothing is told to observers: who looks at a
     * status page has neither tried a WebSocket nor failed to.
     */
    private Asker asker(Call call) {
        ClientKey key = ClientKey.of(call, call.query("clientId"));
        if (!call.client().anonymous()) {
            rates.spendClient("client/" + call.client().owner() + "/" + key.value());
        }
        Token token = call.client().token();
        String tokenId = token == null ? null : token.id().toString();
        boolean canPoll = !"none".equals(call.query("fallback"));
        Serving serving = gate.servingOf(new Applicant(key.value(), tokenId, Map.of(), canPoll, false));
        call.tellMode(serving.mode());
        // Whatever the key is made of makes another answer, and so does a page's origin, where it says none as well.
        call.answerHeader("Vary", "Origin, Authorization, Cookie, Sluice-Client-Id");
        return new Asker(key, serving);
    }

    private record Asker(ClientKey key, Serving serving) {
        boolean webSocket() {
            return serving.mode() == Mode.WEBSOCKET;
        }
    }

    private Map<String, @Nullable Object> connection(Call call, Asker asker) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("websocket_available", asker.webSocket());
        // Without a path or a query: client libraries take a path for a namespace, and pages append one.
        document.put("websocket_url", call.origin().webSocketBaseUrl());
        document.put("websocket_namespaces", settings.namespaces());
        document.put("fallback_mode", !asker.webSocket());
        document.put("mode", asker.serving().mode().wire());
        return document;
    }

    // ---- GET /api/rag-status

    private Uni<Answer> ragStatus(Call call) {
        Asker asker = asker(call);
        // It found the other way, so however often its WebSocket was refused, it can live without.
        gate.sawHttp(asker.key().value());
        Tagged tagged = Tagged.of(page.now(), connection(call, asker));
        long seconds = (asker.webSocket() ? settings.maxAgeWithWebSocket() : settings.maxAge()).toSeconds();
        Answer answer = tagged.isKnown(call.header("If-None-Match"))
                ? new Answer(304, null, Map.of())
                : Answer.ok(tagged.body());
        return Uni.createFrom()
                .item(answer.with("ETag", tagged.tag()).with("Cache-Control", "private, max-age=" + seconds));
    }

    // ---- GET /api/socket/info

    private Uni<Answer> socketInfo(Call call) {
        Asker asker = asker(call);
        Map<String, @Nullable Object> document = connection(call, asker);
        document.put("reason", asker.serving().reason());
        document.put("path", settings.path());
        // What the handshake has to carry to be decided as this was: what a socket shows later decides nothing.
        document.put(
                "query",
                asker.key().named() == null
                        ? Map.of()
                        : Map.of("client_id", asker.key().named()));
        document.put("transports", asker.webSocket() ? List.of("polling", "websocket") : List.of("polling"));
        document.put("engine_io", 4);
        document.put("recovery", settings.recovery());
        document.put("ping_interval_ms", settings.pingInterval().toMillis());
        document.put("ping_timeout_ms", settings.pingTimeout().toMillis());
        document.put("max_payload", settings.maxPayload());
        document.put("fallback", fallback(asker));
        return health.look(pipelines.list()).map(look -> {
            document.put("health", look.status());
            return Answer.ok(document).with("Cache-Control", "no-store");
        });
    }

    /** What a frontend decides by that can do without: how often to ask, and after how many failures. */
    private static Map<String, Object> fallback(Asker asker) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("enable_polling", asker.serving().mayPoll());
        document.put("polling_interval_ms", POLLING_INTERVAL_MILLIS);
        document.put("max_failures", MAX_FAILURES);
        return document;
    }
}
