package dev.sluice.edge.status;

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
import dev.sluice.identity.Token;
import dev.sluice.status.Pipelines;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a status page asks: {@code /api/rag-status}, {@code /api/socket/info}, {@code /api/health}, {@code /health} and
 * {@code /status}. Open to anybody within the rate of an address; no secrets and no internals in any of them.
 */
public final class StatusRoutes implements Endpoints {
    private final Pipelines pipelines;
    private final PipelineDocuments documents;
    private final RolloutGate gate;
    private final RateLimits rates;
    private final StatusSettings settings;
    private final GatewayHealth health;

    public StatusRoutes(
            Pipelines pipelines, RolloutGate gate, RateLimits rates, StatusSettings settings, GatewayHealth health) {
        this.pipelines = pipelines;
        this.documents = new PipelineDocuments(pipelines);
        this.gate = gate;
        this.rates = rates;
        this.settings = settings;
        this.health = health;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/rag-status", Access.CLIENT, this::ragStatus),
                Endpoint.get("/api/socket/info", Access.CLIENT, this::socketInfo),
                Endpoint.get(
                        "/api/health",
                        Access.OPEN,
                        call -> answer(health.look(pipelines).document())),
                Endpoint.get("/health", Access.OPEN, this::shortHealth),
                Endpoint.get("/status", Access.OPEN, this::status));
    }

    private Uni<Answer> answer(Object document) {
        boolean served = health.look(pipelines).isServing();
        return Uni.createFrom().item(Answer.of(served ? 200 : 503, document).with("Cache-Control", "no-store"));
    }

    // ---- how a client is served

    /** Decided as the handshake decides: on query, headers, cookie, address. */
    private Serving serving(Call call) {
        ClientKey key = ClientKey.of(call, call.query("clientId"));
        if (!call.client().anonymous()) {
            rates.spendClient("client/" + call.client().owner() + "/" + key.value());
        }
        Token token = call.client().token();
        Serving serving = gate.servingOf(
                new Applicant(key.value(), token == null ? null : token.id().toString(), Map.of(), true, false));
        call.answerHeader("Sluice-Mode", serving.mode().wire());
        // Whatever the key is made of makes another answer.
        call.routing().response().headers().add("Vary", "Authorization, Cookie, Sluice-Client-Id");
        return serving;
    }

    private Map<String, @Nullable Object> connection(Call call, Serving serving) {
        boolean webSocket = serving.mode() == Mode.WEBSOCKET;
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("websocket_available", webSocket);
        // Without a path: client libraries take one for a namespace.
        document.put("websocket_url", call.origin().webSocketBaseUrl());
        document.put("websocket_namespaces", settings.namespaces());
        document.put("fallback_mode", !webSocket);
        document.put("mode", serving.mode().wire());
        return document;
    }

    // ---- GET /api/rag-status

    private Uni<Answer> ragStatus(Call call) {
        Serving serving = serving(call);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("pipelines", documents.all());
        document.putAll(connection(call, serving));
        Tagged tagged = Tagged.of(document);
        boolean webSocket = serving.mode() == Mode.WEBSOCKET;
        long seconds = (webSocket ? settings.maxAgeWithWebSocket() : settings.maxAge()).toSeconds();
        Answer answer = tagged.isKnown(call.header("If-None-Match"))
                ? new Answer(304, null, Map.of())
                : Answer.ok(tagged.body());
        return Uni.createFrom()
                .item(answer.with("ETag", tagged.tag()).with("Cache-Control", "private, max-age=" + seconds));
    }

    // ---- GET /api/socket/info

    private Uni<Answer> socketInfo(Call call) {
        Serving serving = serving(call);
        Map<String, @Nullable Object> document = connection(call, serving);
        document.put("reason", serving.reason());
        document.put("path", settings.path());
        document.put(
                "transports", serving.mode() == Mode.WEBSOCKET ? List.of("polling", "websocket") : List.of("polling"));
        document.put("engine_io", 4);
        document.put("recovery", settings.recovery());
        document.put("ping_interval_ms", settings.pingInterval().toMillis());
        document.put("ping_timeout_ms", settings.pingTimeout().toMillis());
        document.put("max_payload", settings.maxPayload());
        document.put(
                "fallback",
                Map.of("enable_polling", serving.mayPoll(), "polling_interval_ms", 10_000, "max_failures", 3));
        document.put("health", health.look(pipelines).status());
        return Uni.createFrom().item(Answer.ok(document).with("Cache-Control", "no-store"));
    }

    // ---- GET /health, /status

    private Uni<Answer> shortHealth(Call call) {
        return answer(Map.of("status", health.look(pipelines).status()));
    }

    private Uni<Answer> status(Call call) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", health.look(pipelines).status());
        document.put("pipelines", documents.all());
        return answer(document);
    }
}
