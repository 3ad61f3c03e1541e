package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words that labels may have where they come from the catalogues of {@code core}. */
final class Words {
    private static final Map<String, Disconnect> DISCONNECTS = new HashMap<>();

    static {
        for (Disconnect why : Disconnect.values()) {
            DISCONNECTS.put(why.name().toLowerCase(Locale.ROOT), why);
        }
    }

    private Words() {}

    static String of(Disconnect why) {
        return why.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> problems() {
        return Arrays.stream(ProblemCode.values()).map(ProblemCode::slug).toList();
    }

    /** Slugs of problems and names of disconnects; some are both. */
    static Set<String> errors() {
        Set<String> words = new LinkedHashSet<>(problems());
        for (Disconnect why : Disconnect.values()) {
            words.add(of(why));
        }
        return words;
    }

    /** The disconnect of that lower-case name, which is how a failed connection tells of it; null where it is none. */
    static @Nullable Disconnect disconnect(String name) {
        return DISCONNECTS.get(name);
    }
}
