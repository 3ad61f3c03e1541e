package dev.sluice.edge.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.protocol.json.Fields;
import dev.sluice.protocol.socketio.SocketIoNames;
import dev.sluice.status.Pipeline;
import dev.sluice.status.PipelineEvent;
import dev.sluice.status.PipelineReport;
import dev.sluice.status.Pipelines;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/pipelines}: pipelines report, and operators look at what they said. */
public final class PipelineRoutes implements Endpoints {
    private static final String PIPELINES = "/api/v1/pipelines";
    private static final String ONE = PIPELINES + "/{id}";
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_STATUS = 64;
    private static final int LONGEST_FILE = 4_096;
    private static final int LONGEST_JSON = 64 * 1024;

    private final Pipelines pipelines;
    private final PipelinePage page;

    public PipelineRoutes(Pipelines pipelines) {
        this.pipelines = pipelines;
        this.page = new PipelinePage(pipelines);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(PIPELINES, Access.OBSERVER, this::list),
                Endpoint.get(ONE, Access.OBSERVER, call -> one(PipelineDocuments.of(pipelines.find(id(call))))),
                Endpoint.put(ONE, Access.PUBLISHER, this::report),
                Endpoint.delete(ONE, Access.PUBLISHER, this::forget),
                Endpoint.post(ONE + "/events", Access.PUBLISHER, this::happened));
    }

    private static Uni<Answer> one(Object document) {
        return Uni.createFrom().item(Answer.ok(document));
    }

    private Uni<Answer> list(Call call) {
        return one(Map.of("pipelines", new RawValue(page.now().json())));
    }

    private Uni<Answer> report(Call call) {
        JsonNode body = object(call);
        PipelineReport report = new PipelineReport(
                Fields.optionalText(body, "name", LONGEST_NAME),
                Fields.requiredText(body, "status", LONGEST_STATUS),
                progress(body),
                json(body, "detail"));
        return pipelines.report(id(call), report).map(now -> Answer.ok(PipelineDocuments.of(now)));
    }

    private Uni<Answer> happened(Call call) {
        JsonNode body = object(call);
        String event = Fields.requiredText(body, "event", LONGEST_NAME);
        if (SocketIoNames.RESERVED.contains(event)) {
            throw SluiceException.invalid("event", "a name that Socket.IO does not keep for itself");
        }
        PipelineEvent what = new PipelineEvent(
                event, Fields.optionalText(body, "file", LONGEST_FILE), progress(body), json(body, "data"));
        return pipelines.happened(id(call), what).map(now -> Answer.ok(PipelineDocuments.of(now)));
    }

    private Uni<Answer> forget(Call call) {
        return pipelines.forget(id(call)).replaceWith(Answer.noContent());
    }

    private static String id(Call call) {
        String id = call.path("id");
        if (!Pipeline.isId(id)) {
            throw SluiceException.invalid("id", Pipeline.ID_FORM);
        }
        return id;
    }

    private static JsonNode object(Call call) {
        if (!call.body().isObject()) {
            throw SluiceException.invalidRequest("body", "The body is one JSON object.");
        }
        return call.body();
    }

    private static @Nullable Double progress(JsonNode body) {
        JsonNode progress = body.path("progress");
        if (progress.isMissingNode() || progress.isNull()) {
            return null;
        }
        double value = progress.doubleValue();
        if (!progress.isNumber() || value < 0 || value > 100) {
            throw SluiceException.invalid("progress", "a number from 0 to 100");
        }
        return value;
    }

    private static @Nullable String json(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        String text = value.toString();
        if (text.length() > LONGEST_JSON) {
            throw SluiceException.invalid(field, "at most %d characters of JSON".formatted(LONGEST_JSON));
        }
        return text;
    }
}
