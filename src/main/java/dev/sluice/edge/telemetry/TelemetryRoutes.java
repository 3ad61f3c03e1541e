package dev.sluice.edge.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ClientReport;
import dev.sluice.delivery.session.ClientReport.Kind;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.RateLimits;
import io.smallrye.mutiny.Uni;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/telemetry}: one client's report of its own connection, as {@code navigator.sendBeacon} sends it.
 * Anybody may report within the rate of an address; what it is worth is up to who listens.
 */
public final class TelemetryRoutes implements Endpoints {
    private static final String PATH = "/api/v1/telemetry";

    /** A report is a handful of short fields: what is longer is none, and is not read. */
    private static final int MAX_BODY = 4 * 1024;

    private static final int MAX_CLIENT_ID = 512;
    private static final int MAX_REASON = 200;

    /** No connection takes longer, and no event is this late. */
    private static final long MAX_MILLIS = 3_600_000;

    private final ConnectionObserver observer;
    private final RateLimits rates;
    private final List<Reporters> reporters;

    /** @param reporters asked in turn */
    public TelemetryRoutes(ConnectionObserver observer, RateLimits rates, List<Reporters> reporters) {
        this.observer = observer;
        this.rates = rates;
        this.reporters = reporters;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.post(PATH, Access.OPEN, new Endpoint.Handler() {
            @Override
            public void arrived(Call call) {
                refuseLong(call);
            }

            @Override
            public Uni<Answer> handle(Call call) {
                return report(call);
            }
        }));
    }

    private static void refuseLong(Call call) {
        String length = call.header("Content-Length");
        if (length == null || length.length() > 5 || !length.matches("[0-9]+") || Integer.parseInt(length) > MAX_BODY) {
            throw new SluiceException(
                    ProblemCode.BODY_TOO_LARGE,
                    "A report is at most %d bytes long, and says so in Content-Length.".formatted(MAX_BODY));
        }
    }

    private Uni<Answer> report(Call call) {
        if (call.tokenOrNull() != null) {
            // Callers without a token were counted at the door.
            rates.spendAddress(call.origin().address());
        }
        JsonNode body = call.body();
        if (!body.isObject()) {
            throw SluiceException.invalidRequest("body", "The body is one report, a JSON object.");
        }
        String clientId = text(body, "client_id", MAX_CLIENT_ID);
        if (clientId == null) {
            throw SluiceException.missing("client_id");
        }
        Kind kind = word(body, "event", Kind.values());
        TransportKind transport = word(body, "transport", TransportKind.values());
        Long millis = millis(body);
        text(body, "reason", MAX_REASON);
        if (kind == Kind.LATENCY && millis == null) {
            throw SluiceException.missing("ms");
        }
        observer.reported(clientOf(call, clientId), new ClientReport(kind, transport, millis));
        return Uni.createFrom().item(new Answer(202, null, Map.of()));
    }

    private ObservedClient clientOf(Call call, String clientId) {
        for (Reporters known : reporters) {
            ObservedClient client = known.of(call, clientId);
            if (client != null) {
                return client;
            }
        }
        return new ObservedClient(clientId, null, call.origin().address(), Part.WEBSOCKET);
    }

    private static <E extends Enum<E>> E word(JsonNode body, String field, E[] words) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            throw SluiceException.missing(field);
        }
        return Arrays.stream(words)
                .filter(word -> lower(word).equals(value.textValue()))
                .findFirst()
                .orElseThrow(() -> SluiceException.invalid(
                        field,
                        "one of "
                                + Arrays.stream(words)
                                        .map(TelemetryRoutes::lower)
                                        .collect(Collectors.joining(", "))));
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Long millis(JsonNode body) {
        JsonNode value = body.get("ms");
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > MAX_MILLIS) {
            throw SluiceException.invalid("ms", "a number of milliseconds from 0 to %d".formatted(MAX_MILLIS));
        }
        return Math.round(value.doubleValue());
    }

    private static @Nullable String text(JsonNode body, String field, int longest) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        String text = value.isTextual() ? value.textValue() : "";
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid(
                    field, "a string of 1 to %d characters without control characters".formatted(longest));
        }
        return text;
    }
}
