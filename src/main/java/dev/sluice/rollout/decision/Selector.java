package dev.sluice.rollout.decision;

/**
 * Whom an override means: {@code token:<id>}, {@code label:<name>=<value>}, or a client key as it is.
 *
 * @param name the token's id, the label's name or the client key
 * @param value the label's value, else empty
 */
public record Selector(Kind kind, String name, String value) {

    /** From the most specific to the least. */
    public enum Kind {
        CLIENT,
        TOKEN,
        LABEL
    }

    /** What is allowed, as it stands in error messages. */
    public static final String ALLOWED =
            "a client key, token:<id> or label:<name>=<value>, of at most 512 characters without control characters";

    private static final int MAX_LENGTH = 512;
    private static final String TOKEN = "token:";
    private static final String LABEL = "label:";

    /**
     * Reads a selector. Case matters, since client keys are opaque.
     *
     * @throws IllegalArgumentException where it is not {@link #ALLOWED}
     */
    public static Selector parse(String text) {
        if (text.isBlank() || text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(ALLOWED);
        }
        if (text.startsWith(TOKEN)) {
            return named(Kind.TOKEN, text.substring(TOKEN.length()), "");
        }
        if (!text.startsWith(LABEL)) {
            return named(Kind.CLIENT, text, "");
        }
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return named(Kind.LABEL, text.substring(LABEL.length(), equals), text.substring(equals + 1));
    }

    private static Selector named(Kind kind, String name, String value) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return new Selector(kind, name, value);
    }
}
