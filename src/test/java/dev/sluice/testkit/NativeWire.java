package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What a native client does, whichever transport it is on. Frames are kept until they are taken. */
public interface NativeWire extends AutoCloseable {

    /** Says frames; on HTTP in one batch. */
    void say(List<Map<String, Object>> frames);

    default void say(String type, String requestId, Map<String, ?> payload) {
        say(List.of(Map.of("type", type, "request_id", requestId, "payload", payload)));
    }

    /** Takes the first frame that is wanted out, waiting for it. */
    JsonNode await(String what, Predicate<JsonNode> wanted);

    default JsonNode await(String type) {
        return await(type, frame -> type.equals(frame.path("type").asText()));
    }

    default JsonNode await(String type, String requestId) {
        return await(
                type + " for " + requestId,
                frame -> type.equals(frame.path("type").asText())
                        && requestId.equals(frame.path("request_id").asText()));
    }

    /** Away without a word: nobody knows what of the last frames arrived. */
    void cut();

    @Override
    default void close() {
        cut();
    }
}
