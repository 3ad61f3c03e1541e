package dev.sluice.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.rollout.evidence.LatencyCounts;
import dev.sluice.rollout.guard.Deliberation;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.GuardState;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.guard.Watching;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a verdict was reached on, as the audit log keeps it: the figures for people, and below them every counter and
 * setting, from which the same verdict can be reached again.
 */
public final class DeliberationText {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .registerModule(new SimpleModule()
                    .addSerializer(LatencyCounts.class, new WriteCounts())
                    .addDeserializer(LatencyCounts.class, new ReadCounts()));

    private DeliberationText() {}

    /** JSON text. */
    public static String write(Deliberation deliberation) {
        Map<String, Object> document = GuardDocument.finding(deliberation.finding());
        document.put("watching", deliberation.watching());
        document.put("settings", deliberation.settings());
        document.put("probes", deliberation.probes());
        document.put("counters", deliberation.state());
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("counters are numbers, and those can be written", e);
        }
    }

    /** JSON text of the figures alone, as the rollout's page shows them. */
    public static String write(Finding finding) {
        try {
            return MAPPER.writeValueAsString(GuardDocument.finding(finding).get("figures"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures are words and numbers, and those can be written", e);
        }
    }

    /**
     * Reaches the verdict again.
     *
     * @throws SluiceException {@code not-found} where the text holds nothing that this version can replay
     */
    static Map<String, Object> replay(String text) {
        try {
            JsonNode recorded = MAPPER.readTree(text);
            Deliberation deliberation = new Deliberation(
                    MAPPER.treeToValue(recorded.required("settings"), GuardSettings.class),
                    MAPPER.treeToValue(recorded.required("counters"), GuardState.class),
                    MAPPER.treeToValue(recorded.required("probes"), ProbeReport.class),
                    MAPPER.treeToValue(recorded.required("watching"), Watching.class),
                    Finding.NONE);
            // By way of text, so that numbers are compared as they were kept.
            JsonNode replayed =
                    MAPPER.readTree(MAPPER.writeValueAsString(GuardDocument.finding(deliberation.replay())));
            Map<String, Object> document = new LinkedHashMap<>();
            boolean matches = true;
            Map<String, Object> was = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> field : replayed.properties()) {
                JsonNode before = recorded.path(field.getKey());
                was.put(field.getKey(), before);
                matches &= before.equals(field.getValue());
            }
            document.put("matches", matches);
            document.put("recorded", was);
            document.put("replayed", replayed);
            return document;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new SluiceException(
                    ProblemCode.NOT_FOUND, "the row has no figures that this version can reach a verdict on");
        }
    }

    /** Sparse: of a hundred buckets a handful is used. */
    private static final class WriteCounts extends JsonSerializer<LatencyCounts> {
        @Override
        public void serialize(LatencyCounts counts, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject();
            for (int bucket = 0; bucket < LatencyCounts.BUCKETS; bucket++) {
                if (counts.count(bucket) != 0) {
                    json.writeNumberField(String.valueOf(bucket), counts.count(bucket));
                }
            }
            json.writeEndObject();
        }
    }

    private static final class ReadCounts extends JsonDeserializer<LatencyCounts> {
        @Override
        public LatencyCounts deserialize(JsonParser json, DeserializationContext context) throws IOException {
            long[] counts = new long[LatencyCounts.BUCKETS];
            JsonNode sparse = json.readValueAsTree();
            for (Map.Entry<String, JsonNode> entry : sparse.properties()) {
                int bucket = Integer.parseInt(entry.getKey());
                if (bucket < 0 || bucket >= counts.length) {
                    throw new IllegalArgumentException("there is no bucket " + bucket);
                }
                counts[bucket] = entry.getValue().asLong();
            }
            return LatencyCounts.of(counts);
        }
    }
}
