package dev.sluice.edge.ofrep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.AskedClients.Stated;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whom a question is about: OpenFeature's evaluation context, as far as a decision can follow from it.
 *
 * @param targetingKey the client key; null where none was given, which only {@link OfrepFlag#CONNECTION_MODE} minds
 * @param labels for overrides by label: the members of {@code labels}, and every plain attribute beside it, sorted
 * @param canPoll false with {@code "supports_polling": false} or {@code "fallback": "none"}
 */
record EvaluationContext(@Nullable String targetingKey, SortedMap<String, String> labels, boolean canPoll) {
    static final String TARGETING_KEY = "targetingKey";

    private static final String CONTEXT = "context";
    private static final String LABELS = "labels";
    private static final String SUPPORTS_POLLING = "supports_polling";
    private static final String FALLBACK = "fallback";
    private static final Set<String> OWN = Set.of(TARGETING_KEY, LABELS, SUPPORTS_POLLING, FALLBACK);

    /** Contexts describe a client, they do not carry data; whoever sends more makes us hash it for nothing. */
    private static final int MAX_ATTRIBUTES = 100;

    /** A label that no selector of an override is long enough to name. */
    private static final int MAX_LABEL = 512;

    /**
     * Reads {@code {"context":{…}}}; no context is an empty one.
     *
     * @throws SluiceException {@code malformed-json} where the body is no object, {@code invalid-field} for what is in it
     */
    static EvaluationContext parse(JsonNode body) {
        if (!body.isObject()) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "The body must be a JSON object.");
        }
        JsonNode context = body.path(CONTEXT);
        if (context.isMissingNode() || context.isNull()) {
            return new EvaluationContext(null, new TreeMap<>(), true);
        }
        if (!context.isObject()) {
            throw SluiceException.invalid(CONTEXT, "an object");
        }
        if (context.size() > MAX_ATTRIBUTES) {
            throw SluiceException.invalid(CONTEXT, "of at most %d attributes".formatted(MAX_ATTRIBUTES));
        }
        return new EvaluationContext(targetingKey(context), labels(context), canPoll(context));
    }

    private static @Nullable String targetingKey(JsonNode context) {
        JsonNode key = context.path(TARGETING_KEY);
        if (key.isMissingNode() || key.isNull()) {
            return null;
        }
        if (!key.isTextual()) {
            throw SluiceException.invalid(TARGETING_KEY, "a string");
        }
        String text = key.textValue();
        return text.isBlank() ? null : AskedClients.key(TARGETING_KEY, text);
    }

    private static SortedMap<String, String> labels(JsonNode context) {
        SortedMap<String, String> labels = new TreeMap<>();
        context.properties().stream()
                .filter(attribute -> !OWN.contains(attribute.getKey()))
                .forEach(attribute -> add(labels, attribute));
        JsonNode own = context.path(LABELS);
        if (own.isMissingNode() || own.isNull()) {
            return labels;
        }
        if (!own.isObject() || own.size() > MAX_ATTRIBUTES) {
            throw SluiceException.invalid(LABELS, "an object of at most %d strings".formatted(MAX_ATTRIBUTES));
        }
        own.properties().forEach(label -> add(labels, label));
        return labels;
    }

    private static void add(Map<String, String> labels, Map.Entry<String, JsonNode> attribute) {
        JsonNode value = attribute.getValue();
        String name = attribute.getKey();
        if (value.isValueNode()
                && !value.isNull()
                && name.length() + value.asText().length() <= MAX_LABEL) {
            labels.put(name, value.asText());
        }
    }

    private static boolean canPoll(JsonNode context) {
        JsonNode supports = context.path(SUPPORTS_POLLING);
        if (!supports.isMissingNode() && !supports.isNull() && !supports.isBoolean()) {
            throw SluiceException.invalid(SUPPORTS_POLLING, "true or false");
        }
        return supports.asBoolean(true) && !context.path(FALLBACK).asText().equals("none");
    }

    Stated stated() {
        return new Stated(labels, canPoll);
    }
}
