package dev.sluice.config;

import dev.sluice.rollout.control.FlagKey;
import dev.sluice.rollout.control.FlagSet;
import dev.sluice.rollout.decision.Percentage;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Flags as people write them, the same in every layer. An empty value counts as unset. */
final class FlagText {
    /** The name that the Socket.IO source document uses for {@link FlagKey#ROLLOUT_PERCENTAGE}. */
    static final String ALIAS = "WEBSOCKET_ROLLOUT_PERCENTAGE";

    /** Every key there is, in the order of error messages. */
    static final Set<String> KEYS = keys();

    private static final int SHOWN = 100;

    private FlagText() {}

    /**
     * Reads one layer. Keys that are no flags are not looked at.
     *
     * @throws InvalidFlagException at the first value that is not allowed
     */
    static FlagSet parse(Map<String, String> layer) {
        return new FlagSet(
                bool(layer, FlagKey.WEBSOCKET_ENABLED),
                bool(layer, FlagKey.FALLBACK_ENABLED),
                rolloutPercentage(layer));
    }

    private static @Nullable Boolean bool(Map<String, String> layer, FlagKey key) {
        String text = given(layer, key.name());
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidFlagException(key.name(), shown(text), "true or false");
        };
    }

    private static @Nullable Percentage rolloutPercentage(Map<String, String> layer) {
        Percentage named = percentage(layer, FlagKey.ROLLOUT_PERCENTAGE.name());
        Percentage alias = percentage(layer, ALIAS);
        if (named != null && alias != null && !named.equals(alias)) {
            throw new InvalidFlagException(
                    ALIAS,
                    alias.toString(),
                    "left out, or the same as %s=%s".formatted(FlagKey.ROLLOUT_PERCENTAGE, named));
        }
        return named != null ? named : alias;
    }

    private static @Nullable Percentage percentage(Map<String, String> layer, String key) {
        String text = given(layer, key);
        try {
            return text == null ? null : Percentage.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidFlagException(key, shown(text), Percentage.ALLOWED);
        }
    }

    private static @Nullable String given(Map<String, String> layer, String key) {
        String text = layer.get(key);
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** Short and on one line, so that a value cannot forge a line of the log. */
    static String shown(String text) {
        String line = text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(SHOWN)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return text.length() > SHOWN ? line + "…" : line;
    }

    private static Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        for (FlagKey key : FlagKey.values()) {
            keys.add(key.name());
        }
        keys.add(ALIAS);
        return Collections.unmodifiableSet(keys);
    }
}
