package dev.sluice.rollout.decision;

import java.math.BigDecimal;

/**
 * A percentage from 0 to 100 in hundredths, so that 37.5 is exact.
 *
 * @param hundredths 0 to 10,000
 */
public record Percentage(int hundredths) implements Comparable<Percentage> {
    public static final Percentage ZERO = new Percentage(0);
    public static final Percentage FULL = new Percentage(10_000);

    /** What is allowed, as it stands in error messages. */
    public static final String ALLOWED = "a number from 0 to 100 with at most two decimals";

    public Percentage {
        if (hundredths < 0 || hundredths > 10_000) {
            throw new IllegalArgumentException(ALLOWED);
        }
    }

    /**
     * Reads {@code 37.5}, {@code 100}, {@code 0.25}.
     *
     * @throws IllegalArgumentException where it is not {@link #ALLOWED}
     */
    public static Percentage parse(String text) {
        try {
            return of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(ALLOWED, e);
        }
    }

    /** The same from a number. */
    public static Percentage of(BigDecimal value) {
        // The bounds come first: an exponent of nine digits must not be expanded, whichever its sign.
        BigDecimal shortest = value.stripTrailingZeros();
        boolean within = shortest.signum() >= 0 && shortest.compareTo(BigDecimal.valueOf(100)) <= 0;
        if (!within || shortest.scale() > 2) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return new Percentage(shortest.movePointRight(2).intValueExact());
    }

    public Percentage min(Percentage other) {
        return hundredths <= other.hundredths ? this : other;
    }

    /** The plain number, as JSON and metrics carry it. */
    public BigDecimal value() {
        BigDecimal value = BigDecimal.valueOf(hundredths, 2).stripTrailingZeros();
        return value.scale() < 0 ? value.setScale(0) : value;
    }

    @Override
    public int compareTo(Percentage other) {
        return Integer.compare(hundredths, other.hundredths);
    }

    @Override
    public String toString() {
        return value().toPlainString();
    }
}
