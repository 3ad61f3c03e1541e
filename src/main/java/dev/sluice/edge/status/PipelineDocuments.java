package dev.sluice.edge.status;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.status.Pipeline;
import dev.sluice.status.Pipeline.LastEvent;
import dev.sluice.status.PipelineList.Shown;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pipelines as everybody sees them. */
final class PipelineDocuments {
    private PipelineDocuments() {}

    static Map<String, @Nullable Object> of(Shown shown) {
        Pipeline pipeline = shown.pipeline();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", pipeline.id());
        document.put("pipeline_id", pipeline.id());
        document.put("name", pipeline.name());
        document.put("status", pipeline.status());
        document.put("stale", shown.stale());
        document.put("progress", pipeline.progress());
        document.put("detail", pipeline.detail() == null ? null : new RawValue(pipeline.detail()));
        document.put("last_event", pipeline.lastEvent() == null ? null : of(pipeline.lastEvent()));
        document.put("last_heard_at", pipeline.heardAt());
        return document;
    }

    private static Map<String, @Nullable Object> of(LastEvent event) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("event", event.event());
        document.put("file", event.file());
        document.put("progress", event.progress());
        document.put("at", event.at());
        return document;
    }
}
