package dev.sluice.edge.client;

import dev.sluice.core.TransportKind;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import io.smallrye.mutiny.Uni;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/connect}: how a client is to connect, and a ticket that begins its session. Nothing is remembered
 * of it before it comes.
 */
final class ConnectRoute {
    private final NativeParts parts;
    private final Arrivals arrivals;

    ConnectRoute(NativeParts parts, Arrivals arrivals) {
        this.parts = parts;
        this.arrivals = arrivals;
    }

    Endpoint endpoint() {
        return Endpoint.get("/api/v1/connect", Access.CLIENT, this::connect);
    }

    private Uni<Answer> connect(Call call) {
        ClientKey key = ClientKey.of(call, null);
        String sessionId = arrivals.newId();
        NativeClient client = new NativeClient(parts, sessionId, call.client().owner(), key, call.client());
        client.from(call.origin());
        client.refusesPolling("none".equals(call.query("fallback")));
        if (!call.client().anonymous()) {
            parts.rates().spendClient(client.budget(call.origin()));
        }
        parts.witness().received(TransportKind.POLLING);
        Serving serving = client.serving();
        call.tellMode(serving.mode());
        call.answerHeader("Cache-Control", "no-store");
        if (!pollsOnly(call.query("transports"))) {
            parts.witness().negotiated(client, serving);
        }
        String ticket = client.ticket();
        return Uni.createFrom()
                .item(Answer.ok(NativeAnswers.connect(
                        serving,
                        NativeUrls.of(call.origin(), key.named(), ticket),
                        ticket,
                        key.named(),
                        parts.settings())));
    }

    /** It says which transports it has, and a WebSocket is not among them. */
    private static boolean pollsOnly(@Nullable String transports) {
        return transports != null
                && Arrays.stream(transports.split(",")).map(String::strip).noneMatch("websocket"::equals);
    }
}
