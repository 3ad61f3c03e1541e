package dev.sluice.edge.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.core.Payload;
import java.util.Arrays;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * A document with what it is known by: as long as nothing in it changes, a client need not be sent it again.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110 §8.8.3</a>
 */
record Tagged(Payload body, String tag) {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    private static final int LENGTH = 32;

    static Tagged of(Object document) {
        try {
            byte[] bytes = MAPPER.writeValueAsBytes(document);
            String tag = '"' + DigestUtils.sha256Hex(bytes).substring(0, LENGTH) + '"';
            return new Tagged(Payload.text(bytes), tag);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // made here of plain values
        }
    }

    /** Whether the client says that it has it; compared weakly, as {@code If-None-Match} is. */
    boolean isKnown(@Nullable String ifNoneMatch) {
        return ifNoneMatch != null
                && Arrays.stream(ifNoneMatch.split(","))
                        .map(String::strip)
                        .map(known -> known.startsWith("W/") ? known.substring(2) : known)
                        .anyMatch(known -> known.equals("*") || known.equals(tag));
    }
}
