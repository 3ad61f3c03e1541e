package dev.sluice.edge.agent;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.LegacyDates;
import dev.sluice.edge.http.Call;
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

    /** Adds the headers to whatever this call is answered with. */
    void announce(Call call) {
        if (!dates.announced()) {
            return;
        }
        dates.deprecationHeader().ifPresent(at -> call.answerHeader("Deprecation", at));
        dates.sunsetHeader().ifPresent(at -> call.answerHeader("Sunset", at));
        call.answerHeader(
                "Link",
                "<%s>; rel=\"successor-version\", <%s>; rel=\"sunset\"; type=\"text/markdown\""
                        .formatted(call.origin().webSocketBaseUrl() + AgentUrls.SOCKET, guide(call)));
    }

    /** @throws SluiceException {@code sunset}, unless the agent said that polling is its fallback */
    void refuseAfterSunset(Call call, boolean declaredPolling) {
        if (dates.sunset() && !declaredPolling) {
            throw new SluiceException(
                    ProblemCode.SUNSET,
                    "The HTTP agent endpoints have been removed; how to move to WebSocket: " + guide(call));
        }
    }

    private String guide(Call call) {
        return guideUrl != null ? guideUrl : call.origin().baseUrl() + GUIDE_PATH;
    }
}
