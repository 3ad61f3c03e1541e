package dev.sluice.core;

/**
 * Names channels by a pattern: every character stands for itself but {@code *}, which stands for any run of them, empty
 * or not. Of several patterns that match, the one with most characters of its own counts.
 */
public record ChannelPattern(String value) {
    private static final char ANY = '*';

    /** @throws SluiceException {@code invalid-field} naming {@code pattern} where it is empty */
    public ChannelPattern {
        if (value.isEmpty()) {
            throw SluiceException.invalid("pattern", "not empty");
        }
    }

    public boolean matches(ChannelName channel) {
        return matches(channel.value());
    }

    /** Without backtracking over more than the last {@code *}, so that no pattern makes a name expensive. */
    private boolean matches(String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            if (p < value.length() && value.charAt(p) == ANY) {
                star = p++;
                resume = n;
            } else if (p < value.length() && value.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < value.length() && value.charAt(p) == ANY) {
            p++;
        }
        return p == value.length();
    }

    /** How much of a name it fixes. */
    public int specificity() {
        return (int) value.chars().filter(c -> c != ANY).count();
    }
}
