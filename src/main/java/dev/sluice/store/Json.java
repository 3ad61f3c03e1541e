package dev.sluice.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON text on its way to and from columns. A batch of rows travels as one JSON parameter, which PostgreSQL takes apart:
 * one statement whatever the number of rows. Statements cast it by way of {@code text}: the client would encode a
 * string for a {@code jsonb} parameter as a JSON string.
 */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};
    private static final TypeReference<List<String>> LIST = new TypeReference<>() {};
    private static final TypeReference<List<JsonNode>> NODES = new TypeReference<>() {};
    /** What both PostgreSQL and RFC 3339 can say: years of four digits. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Json() {}

    static <T> String rows(Collection<T> items, Function<T, Map<String, @Nullable Object>> row) {
        ArrayNode array = MAPPER.createArrayNode();
        items.forEach(item -> array.add(MAPPER.<JsonNode>valueToTree(row.apply(item))));
        return array.toString();
    }

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What {@link #rows} made. */
    static List<JsonNode> nodes(String text) {
        return read(text, NODES);
    }

    static Map<String, String> map(String text) {
        return read(text, MAP);
    }

    static List<String> list(String text) {
        return read(text, LIST);
    }

    private static <T> T read(String text, TypeReference<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column does not hold the JSON that was written to it", e);
        }
    }

    /** A time as a batch carries it; null for one that no clock shows, which would fail the whole batch. */
    static @Nullable String time(@Nullable Instant instant) {
        if (instant == null || instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
            return null;
        }
        return micros(instant).toString();
    }

    /** PostgreSQL keeps microseconds; cut here, so that what is answered is what will be read. */
    static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** A word of a client's in a batch: PostgreSQL has no U+0000, and one must not fail the others. */
    static @Nullable String clean(@Nullable String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }
}
