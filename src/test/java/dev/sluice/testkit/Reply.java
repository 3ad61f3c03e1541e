package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An HTTP answer. Header names are in lower case. */
public record Reply(int status, Map<String, List<String>> headers, String text) {

    /** The first header of that name, or null. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.get(0);
    }

    public JsonNode json() {
        return Json.read(text);
    }

    /** The body of an answer that must have that status; what came instead is in the failure's message. */
    public JsonNode json(int expected) {
        if (status != expected) {
            throw new AssertionError("expected %d, got %d: %s".formatted(expected, status, text));
        }
        return json();
    }
}
