package dev.sluice.admin;

import dev.sluice.core.SluiceException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rollout's revision as an entity tag: {@code "12"}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1">RFC 9110 §13.1.1</a>, If-Match
 */
final class Revision {
    /** 18 digits always fit a long. */
    private static final Pattern QUOTED = Pattern.compile("\"(\\d{1,18})\"");

    private Revision() {}

    static String tag(long revision) {
        return "\"" + revision + "\"";
    }

    /**
     * Reads {@code If-Match}: null where there is none or {@code *}, which any revision matches.
     *
     * @throws SluiceException {@code invalid-field}: a condition that we cannot read must not pass for met
     */
    static @Nullable Long ifMatch(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return null;
        }
        Matcher quoted = QUOTED.matcher(header.strip());
        if (!quoted.matches()) {
            throw SluiceException.invalid("If-Match", "one revision in double quotes, such as \"12\"");
        }
        return Long.valueOf(quoted.group(1));
    }
}
