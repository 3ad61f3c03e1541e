package dev.sluice.edge.status;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.status.Pipeline;
import dev.sluice.status.Pipelines;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pipelines as everybody sees them. Any thread. */
record PipelineDocuments(Pipelines pipelines) {

    List<Map<String, @Nullable Object>> all() {
        return pipelines.all().stream().map(this::of).toList();
    }

    Map<String, @Nullable Object> of(Pipeline pipeline) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("id", pipeline.id());
        document.put("pipeline_id", pipeline.id());
        document.put("name", pipeline.name());
        document.put("status", pipeline.status());
        document.put("stale", pipelines.isStale(pipeline));
        document.put("progress", pipeline.progress());
        document.put("detail", pipeline.detail() == null ? null : new RawValue(pipeline.detail()));
        document.put("last_heard_at", pipeline.heardAt());
        return document;
    }
}
