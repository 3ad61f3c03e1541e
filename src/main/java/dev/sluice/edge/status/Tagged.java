package dev.sluice.edge.status;

import dev.sluice.core.Payload;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines, and what one client is told beside them, with what both are known by: as long as nothing in them
 * changes, the client need not be sent them again.
 *
 * @param page everybody's
 * @param own this client's, as a JSON object with something in it
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110 §8.8.3</a>
 */
record Tagged(PipelinePage.Rendered page, String own, String tag) {
    /** 128 bits: nobody meets another's by accident. */
    private static final int LENGTH = 32;

    static Tagged of(PipelinePage.Rendered page, Map<String, ?> own) {
        String json = PipelinePage.json(own);
        String tag = DigestUtils.sha256Hex(page.digest() + json).substring(0, LENGTH);
        return new Tagged(page, json, '"' + tag + '"');
    }

    Payload body() {
        return Payload.text("{\"pipelines\":" + page.json() + "," + own.substring(1));
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
