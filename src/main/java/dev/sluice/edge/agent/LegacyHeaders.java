package dev.sluice.edge.agent;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.LegacyDates;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.ClientOrigin;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Tells callers of the old endpoints that they are old, and after the sunset that they are gone. */
public final class LegacyHeaders {
    /** Where the gateway serves its own copy of the guide. */
    public static final String GUIDE_PATH = "/docs/migration-guide.md";

    private final LegacyDates dates;
    private final @Nullable String guideUrl;

    public LegacyHeaders(LegacyDates dates, @Nullable String guideUrl) {
        this.dates = dates;
        this.guideUrl = guideUrl;
    }

    /** Adds the headers to whatever is answered, a refusal included. */
    void announce(HttpServerResponse answer, ClientOrigin from) {
        if (!dates.announced()) {
            return;
        }
        dates.deprecationHeader().ifPresent(at -> answer.putHeader("Deprecation", at));
        dates.sunsetHeader().ifPresent(at -> answer.putHeader("Sunset", at));
        answer.putHeader(
                "Link",
                "<%s>; rel=\"successor-version\", <%s>; rel=\"sunset\"; type=\"text/markdown\""
                        .formatted(from.webSocketBaseUrl() + AgentUrls.SOCKET, guide(from)));
    }

    /** @throws SluiceException {@code sunset}, unless the agent said that polling is its fallback */
    void refuseAfterSunset(Call call, boolean declaredPolling) {
        if (dates.sunset() && !declaredPolling) {
            throw new SluiceException(
                    ProblemCode.SUNSET,
                    "The HTTP agent endpoints have been removed; how to move to WebSocket: " + guide(call.origin()));
        }
    }

    private String guide(ClientOrigin from) {
        return guideUrl != null ? guideUrl : from.baseUrl() + GUIDE_PATH;
    }
}
