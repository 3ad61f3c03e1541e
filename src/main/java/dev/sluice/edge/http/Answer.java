package dev.sluice.edge.http;

import dev.sluice.core.Payload;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers: a status, a JSON body or none, and headers of its own.
 *
 * @param body a value that Jackson renders, a ready {@link Payload}, or null for none
 */
public record Answer(int status, @Nullable Object body, Map<String, String> headers) {

    public static Answer ok(Object body) {
        return new Answer(200, body, Map.of());
    }

    public static Answer of(int status, Object body) {
        return new Answer(status, body, Map.of());
    }

    public static Answer noContent() {
        return new Answer(204, null, Map.of());
    }

    /** The same with one more header. */
    public Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, body, more);
    }
}
