package dev.sluice.edge.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.status.PipelineList;
import dev.sluice.status.Pipelines;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * All pipelines as JSON, rendered once for everybody who asks until one of them changes or falls silent: a page may be
 * large, and anybody may ask for it. Any thread.
 */
final class PipelinePage {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final Pipelines pipelines;
    private volatile @Nullable Rendered latest;

    /**
     * @param of what it was made of
     * @param json an array
     * @param digest another one for another array
     */
    record Rendered(PipelineList of, String json, String digest) {}

    PipelinePage(Pipelines pipelines) {
        this.pipelines = pipelines;
    }

    Rendered now() {
        PipelineList list = pipelines.list();
        Rendered last = latest;
        if (last == null || last.of() != list) {
            last = render(list);
            latest = last;
        }
        return last;
    }

    private static Rendered render(PipelineList list) {
        String json = json(list.pipelines().stream().map(PipelineDocuments::of).toList());
        return new Rendered(list, json, DigestUtils.sha256Hex(json));
    }

    static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // made here of plain values
        }
    }
}
