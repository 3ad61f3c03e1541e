package dev.sluice.edge.ofrep;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * The tag of a bulk answer: another one for another revision, another context, and another answer, since how a client
 * is served also follows from what became of its own connections.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110 §8.8.3</a>
 */
record EntityTag(String text) {
    /** 128 bits: nobody meets another's by accident. */
    private static final int BYTES = 16;

    static EntityTag of(long revision, EvaluationContext context, Object flags) {
        // Both are records and maps of plain values in a fixed order, so their text is as good as their JSON.
        String all = revision + "\n" + context + "\n" + flags;
        byte[] hash = DigestUtils.sha256(all.getBytes(StandardCharsets.UTF_8));
        byte[] part = Arrays.copyOf(hash, BYTES);
        return new EntityTag('"' + Base64.getUrlEncoder().withoutPadding().encodeToString(part) + '"');
    }

    /** Whether an {@code If-None-Match} header names it; weak and strong tags compare alike there. */
    boolean matches(@Nullable String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",")) {
            String tag = candidate.strip();
            if (tag.equals("*") || text.equals(tag.startsWith("W/") ? tag.substring(2) : tag)) {
                return true;
            }
        }
        return false;
    }
}
